import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  AdminClient,
  kubeconfigJson,
  type RunningProcess,
  startProcess,
  waitFor,
} from '#antenna/testing';

import { CertificateAuthority } from './certificates.js';

/** `.ci/check-cluster` makes all addresses of 10.0.0.0/8 local. */
const address = '10.1.0.1';
const server = `https://${address}:6443`;

/** Users by their tokens. Service accounts of the controllers come from the API server. */
const users = [
  'admin-token,admin,1,system:masters',
  'controllers-token,system:kube-controller-manager,2',
  'scheduler-token,system:kube-scheduler,3',
];

/** The folder that `.ci/install-cluster` fills; undefined if it is not installed. */
export function clusterFolder(): string | undefined {
  // oxlint-disable-next-line no-process-env
  return process.env['ANTENNA_CLUSTER'];
}

/** The chart as a release contains it, which `.ci/check-cluster` packages; undefined if it does not run. */
export function packagedChart(): string | undefined {
  // oxlint-disable-next-line no-process-env
  return process.env['ANTENNA_CHART'];
}

/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler as on a node of a control plane. */
export class ControlPlane {
  private readonly processes: RunningProcess[] = [];

  private constructor(
    private readonly directory: string,
    readonly authority: CertificateAuthority,
    readonly admin: AdminClient,
  ) {}

  static async start(directory: string): Promise<ControlPlane> {
    const authority = await CertificateAuthority.in(directory);
    const admin = new AdminClient(server, 'admin-token', authority.certificate);
    const plane = new ControlPlane(directory, authority, admin);
    await plane.startServer();
    await plane.startControllers();
    return plane;
  }

  async close(): Promise<void> {
    for (const process of this.processes.toReversed()) {
      process.kill('SIGKILL');
      await process.exit;
    }
  }

  /** Writes a kubeconfig for the token, and returns its path. */
  async kubeconfig(token: string, namespace = 'default'): Promise<string> {
    const file = this.path(`${token.slice(-40)}.kubeconfig`);
    const certificateAuthority = this.authority.certificate;
    await writeFile(file, kubeconfigJson({ server, namespace, token, certificateAuthority }));
    return file;
  }

  /** The kubeconfig of a service account, with a token from the API server. */
  async accountKubeconfig(namespace: string, account: string): Promise<string> {
    const { body, status } = await this.admin.call(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    );
    if (status >= 300) throw new Error(body);
    const { token } = (JSON.parse(body) as { status: { token: string } }).status;
    return await this.kubeconfig(token, namespace);
  }

  private async startServer(): Promise<void> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const accounts = this.path('accounts.key');
    await writeFile(accounts, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(this.path('tokens.csv'), users.join('\n'));
    const { authority } = this;
    const serving = await authority.issue('kube-apiserver', { ips: [address] });
    const proxy = await authority.issue('front-proxy');
    await this.run('etcd', [`--data-dir=${this.path('etcd')}`, '--unsafe-no-fsync']);
    await this.run('kube-apiserver', [
      '--etcd-servers=http://127.0.0.1:2379',
      `--bind-address=${address}`,
      `--advertise-address=${address}`,
      `--tls-cert-file=${serving.cert}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${authority.file}`,
      '--authorization-mode=RBAC',
      `--token-auth-file=${this.path('tokens.csv')}`,
      '--service-account-issuer=https://cluster.invalid',
      `--service-account-key-file=${accounts}`,
      `--service-account-signing-key-file=${accounts}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      // There is no kube-proxy: the server calls webhooks and aggregated APIs at the addresses of their pods.
      '--enable-aggregator-routing=true',
      `--proxy-client-cert-file=${proxy.cert}`,
      `--proxy-client-key-file=${proxy.key}`,
      `--requestheader-client-ca-file=${authority.file}`,
      '--requestheader-allowed-names=front-proxy',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ]);
    await this.until('kube-apiserver', async () => await this.admin.get('/readyz'));
  }

  private async startControllers(): Promise<void> {
    await this.run('kube-controller-manager', [
      `--kubeconfig=${await this.kubeconfig('controllers-token')}`,
      `--service-account-private-key-file=${this.path('accounts.key')}`,
      `--root-ca-file=${this.authority.file}`,
      '--use-service-account-credentials=true',
      '--leader-elect=false',
      '--secure-port=0',
      '--horizontal-pod-autoscaler-sync-period=1s',
    ]);
    await this.run('kube-scheduler', [
      `--kubeconfig=${await this.kubeconfig('scheduler-token')}`,
      '--leader-elect=false',
      '--secure-port=0',
    ]);
  }

  private async run(program: string, args: readonly string[]): Promise<void> {
    const command = join(clusterFolder() ?? '', 'bin', program);
    this.processes.push(await startProcess(args, { command, cwd: this.directory }));
  }

  private async until(what: string, condition: () => Promise<unknown>): Promise<void> {
    const { lines } = this.processes.at(-1) ?? { lines: [] };
    await waitFor(condition, {
      timeoutMs: 120_000,
      describe: () => `${what} to be ready:\n${lines.slice(-20).join('\n')}`,
    });
  }

  private path(name: string): string {
    return join(this.directory, name);
  }
}
