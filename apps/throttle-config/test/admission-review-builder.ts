/** A review as kube-apiserver sends it for an update of the rules, with parts of the request replaced. */
export function anAdmissionReview(ruleset: string, request: object = {}): object {
  const metadata = {
    name: 'throttle-rules',
    namespace: 'crashes',
    uid: 'b2a4c1f0-0000-4000-8000-000000000001',
    resourceVersion: '4711',
    creationTimestamp: '2026-01-02T03:04:05Z',
    managedFields: [{ manager: 'kubectl', operation: 'Update', apiVersion: 'v1' }],
  };
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'ConfigMap' },
      resource: { group: '', version: 'v1', resource: 'configmaps' },
      requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
      requestResource: { group: '', version: 'v1', resource: 'configmaps' },
      name: 'throttle-rules',
      namespace: 'crashes',
      operation: 'UPDATE',
      userInfo: { username: 'jane', groups: ['system:authenticated'] },
      object: { ...configMap, data: { 'ruleset.yaml': ruleset } },
      oldObject: { ...configMap, data: { 'ruleset.yaml': '' } },
      dryRun: false,
      options: { kind: 'UpdateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...request,
    },
  };
}
