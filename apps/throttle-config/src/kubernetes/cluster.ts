import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import type { CoreV1Api, KubeConfig, Watch } from '@kubernetes/client-node';

import { errorMessage } from '#antenna/errors';
import { StartupError } from '#antenna/service';

import type { RulesServiceConfig } from '../rules-service.config.js';

const podDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
/** A request about one ConfigMap normally takes milliseconds. */
const requestTimeoutMs = 5000;

type ClusterSettings = Pick<
  RulesServiceConfig,
  | 'kubeconfig'
  | 'rulesConfigMap'
  | 'rulesNamespace'
  | 'rulesKey'
  | 'statusConfigMapName'
  | 'historyConfigMapName'
>;

/** The ConfigMap with the rules, and the client of its cluster. */
export class RulesConfigMap {
  private constructor(
    readonly api: CoreV1Api,
    readonly watch: Watch,
    readonly namespace: string,
    readonly name: string,
    /** The key of the rules. */
    readonly key: string,
    /** The name of the ConfigMap for the status of the rules. */
    readonly statusName: string,
    /** The name of the ConfigMap for the history of the rules. */
    readonly historyName: string,
  ) {}

  /**
   * Prepares access to the cluster. Nothing is sent yet.
   * @throws {StartupError} if there are no credentials, or the namespace is not known
   */
  static async open(settings: ClusterSettings): Promise<RulesConfigMap> {
    // The client library takes most of a second to import, so it is imported only if it is used.
    const client = await import('@kubernetes/client-node');
    const credentials = loadCredentials(new client.KubeConfig(), settings.kubeconfig);
    const server = credentials.getCurrentCluster()?.server;
    if (server === undefined) {
      throw new StartupError(
        'the file of KUBECONFIG has no current context; set one with kubectl config use-context',
      );
    }
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
    return new RulesConfigMap(
      new client.CoreV1Api(configuration),
      new client.Watch(credentials),
      settings.rulesNamespace ?? (await ownNamespace(credentials)),
      settings.rulesConfigMap,
      settings.rulesKey,
      settings.statusConfigMapName ?? `${settings.rulesConfigMap}-status`,
      settings.historyConfigMapName ?? `${settings.rulesConfigMap}-history`,
    );
  }
}

function loadCredentials(credentials: KubeConfig, file: string | undefined): KubeConfig {
  try {
    if (file !== undefined) credentials.loadFromFile(file);
    else if (existsSync(`${podDirectory}/token`)) credentials.loadFromCluster();
    else throw new Error('KUBECONFIG is not set, and there is no API token of a pod');

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
    throw new StartupError('the namespace of the rules is unknown; set RULES_NAMESPACE', {
      cause: error,
    });
  }
}
