export interface KubeconfigOptions {
  readonly server: string;
  readonly namespace: string;
  readonly token: string;
  /** PEM certificate of the authority that signed the server's certificate; undefined for a server without TLS. */
  readonly certificateAuthority?: string;
}

/** A kubeconfig with one context and a bearer token. JSON is YAML. */
export function kubeconfigJson(options: KubeconfigOptions): string {
  const { server, namespace, token, certificateAuthority: ca } = options;
  // Clients connect to a server without TLS only if verification is off.
  const authority =
    ca === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'spec', cluster: { server, ...authority } }],
    users: [{ name: 'spec', user: { token } }],
    contexts: [{ name: 'spec', context: { cluster: 'spec', user: 'spec', namespace } }],
    'current-context': 'spec',
  });
}
