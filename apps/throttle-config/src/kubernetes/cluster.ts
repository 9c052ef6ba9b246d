/**
 * The connection to a Kubernetes cluster. The client takes most of a second to import: only this file imports it, and
 * only when it is used.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import type { CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node';

import { StartupError } from '#antenna/service';
import { errorMessage } from '#antenna/telemetry';

import type { RulesServiceConfig } from '../rules-service.config.js';

const podDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
/** A request for one ConfigMap takes milliseconds. */
const requestTimeoutMs = 5000;

type ClusterSettings = Pick<
  RulesServiceConfig,
  'kubeconfig' | 'rulesConfigMap' | 'rulesNamespace' | 'rulesKey'
>;

/** The ConfigMap with the rules, and the cluster that it lies in. */
export interface RulesConfigMap {
  readonly api: CoreV1Api;
  readonly watch: Watch;
  readonly namespace: string;
  readonly name: string;
  /** Under which the rules stand. */
  readonly key: string;
}

/**
 * Prepares access to the cluster; nothing is sent yet.
 * @throws {StartupError} when there are no credentials, or no namespace is known.
 */
export async function rulesConfigMap(settings: ClusterSettings): Promise<RulesConfigMap> {
  const client = await import('@kubernetes/client-node');
  const credentials = loadCredentials(new client.KubeConfig(), settings.kubeconfig);
  const server = credentials.getCurrentCluster()?.server;
  if (server === undefined)
    throw new StartupError('KUBECONFIG names no current context; choose one in that file');
  const configuration = client.createConfiguration({
    baseServer: new client.ServerConfiguration(server, {}),
    authMethods: { default: credentials },
    promiseMiddleware: [
      {
        pre: async (request) => {
          request.setSignal(AbortSignal.timeout(requestTimeoutMs));
          return request;
        },
        post: async (response) => response,
      },
    ],
  });
  return {
    api: new client.CoreV1Api(configuration),
    watch: new client.Watch(credentials),
    namespace: settings.rulesNamespace ?? (await ownNamespace(credentials)),
    name: settings.rulesConfigMap,
    key: settings.rulesKey,
  };
}

function loadCredentials(credentials: KubeConfig, file: string | undefined): KubeConfig {
  try {
    if (file !== undefined) credentials.loadFromFile(file);
    else if (existsSync(`${podDirectory}/token`)) credentials.loadFromCluster();
    else throw new Error('this process runs in no pod with an API token, and KUBECONFIG is unset');
    return credentials;
  } catch (error) {
    throw new StartupError(
      `no access to a Kubernetes cluster: ${errorMessage(error)}; set KUBECONFIG, or RULES_SOURCE=file`,
      { cause: error },
    );
  }
}

async function ownNamespace(credentials: KubeConfig): Promise<string> {
  const context = credentials.getContextObject(credentials.getCurrentContext())?.namespace;
  if (context !== undefined) return context;
  try {
    return (await readFile(`${podDirectory}/namespace`, 'utf8')).trim();
  } catch (error) {
    throw new StartupError('the namespace of the rules is not known: set RULES_NAMESPACE', {
      cause: error,
    });
  }
}
