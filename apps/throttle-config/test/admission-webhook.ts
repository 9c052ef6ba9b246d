import type { ApiAnswer, RealKubernetesApi } from '#antenna/testing';

import { brokenRuleset } from './rulesets.js';

export const rulesName = 'throttle-rules';

export interface WebhookOptions {
  readonly url: string;
  /** PEM of the authority that the API server trusts for this webhook. */
  readonly ca: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  /** Whether the API server selects the ConfigMap by its name, as docs/throttle-config.md recommends. */
  readonly match: 'by name' | 'every ConfigMap';
}

/** A ValidatingWebhookConfiguration of admissionregistration.k8s.io/v1. */
export async function registerWebhook(
  api: RealKubernetesApi,
  options: WebhookOptions,
): Promise<void> {
  const { url, ca, failurePolicy, match } = options;
  const byName = [{ name: 'rules', expression: `request.name == "${rulesName}"` }];
  await api.admin.post('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
    metadata: { name: 'throttle-rules' },
    webhooks: [
      {
        name: 'throttle-rules.antenna.example',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy,
        clientConfig: { url, caBundle: Buffer.from(ca).toString('base64') },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            resources: ['configmaps'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            scope: 'Namespaced',
          },
        ],
        ...(match === 'by name' && { matchConditions: byName }),
      },
    ],
  });
}

/** Creates a ConfigMap with the rules, or replaces it, as an administrator. */
export async function applyRules(
  api: RealKubernetesApi,
  document: string,
  options: { readonly name?: string; readonly dryRun?: 'All' } = {},
): Promise<ApiAnswer> {
  const { name = rulesName, dryRun } = options;
  const all = `/api/v1/namespaces/${api.namespace}/configmaps`;
  const there = (await api.admin.get(`${all}/${name}`)) !== undefined;
  const query = dryRun === undefined ? '' : `?dryRun=${dryRun}`;
  return await api.admin.call(there ? 'PUT' : 'POST', (there ? `${all}/${name}` : all) + query, {
    metadata: { name },
    data: { 'ruleset.yaml': document },
  });
}

/** Whether the API server calls the webhook; it learns about a new configuration with a delay. */
export async function callsWebhook(api: RealKubernetesApi): Promise<boolean> {
  return (await applyRules(api, brokenRuleset, { dryRun: 'All' })).status === 422;
}
