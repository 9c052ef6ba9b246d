import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { toolsFolder } from './cluster-tools.js';
import type { Manifest, SchemaProblem } from './core-schemas.js';
import { ReadTracker } from './read-tracker.js';

interface CustomResourceModule {
  readonly validate: ModelValidator;
}

interface ModelValidator {
  (value: unknown): boolean;
  errors?: readonly ModelError[] | null;
}

interface ModelError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const certManager =
  '@kubernetes-models/cert-manager/_schemas/ComGithubCertManagerCertManagerPkgApisCertmanagerV1';
const keda = '@kubernetes-models/keda/_schemas/ComGithubKedacoreKedaV2ApisKedaV1alpha1';
const gateway = '@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1';
const prometheus =
  '@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1';

/** The generated validators by API version and kind. */
const modules: Readonly<Record<string, string>> = {
  'cert-manager.io/v1 Certificate': `${certManager}Certificate.js`,
  'cert-manager.io/v1 Issuer': `${certManager}Issuer.js`,
  'keda.sh/v1alpha1 ScaledObject': `${keda}ScaledObject.js`,
  'keda.sh/v1alpha1 TriggerAuthentication': `${keda}TriggerAuthentication.js`,
  'gateway.networking.k8s.io/v1 HTTPRoute': `${gateway}HTTPRoute.js`,
  'monitoring.coreos.com/v1 PodMonitor': `${prometheus}PodMonitor.js`,
  'monitoring.coreos.com/v1 ServiceMonitor': `${prometheus}ServiceMonitor.js`,
  'monitoring.coreos.com/v1 PrometheusRule': `${prometheus}PrometheusRule.js`,
};

/** Whether the packages with the validators are installed. */
export function haveCustomResourceSchemas(): boolean {
  return Object.values(modules).every((path) => existsSync(modulePath(path)));
}

/**
 * Validates objects of KEDA, the Gateway API, the Prometheus operator and cert-manager with the validators that
 * `@kubernetes-models` generates from the types of those projects: types, required fields, enums, patterns and bounds.
 * The validators ignore unknown fields; here, a field that they have not read is a problem.
 * @returns undefined for any other kind
 */
export async function customResourceProblems(
  manifest: Manifest,
): Promise<readonly SchemaProblem[] | undefined> {
  const path = modules[`${manifest.apiVersion} ${manifest.kind}`];
  if (path === undefined) return undefined;
  const { validate } = (await import(pathToFileURL(modulePath(path)).href)) as CustomResourceModule;

  const tracker = new ReadTracker(manifest);
  validate(tracker.tracked);
  const invalid = (validate.errors ?? []).map(({ instancePath, keyword, message, params }) => ({
    path: instancePath,
    message: [message ?? keyword, ...Object.values(params)].join(' '),
  }));
  const unknown = tracker.unread().map((path) => ({ path, message: 'unknown field' }));
  return [...invalid, ...unknown];
}

function modulePath(path: string): string {
  return join(toolsFolder, 'node_modules', path);
}
