/**
 * A real kube-apiserver with etcd, from the folder in KUBEBUILDER_ASSETS (the convention of envtest). It has no
 * kubelet and no controllers, but the real protocol, validation and RBAC.
 */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '../free-port.js';
import { type RunningProcess, startProcess } from '../start-process.js';
import { type TemporaryDirectory, temporaryDirectory } from '../temporary-directory.js';
import { waitFor } from '../wait-for.js';
import { AdminClient } from './admin-client.js';
import type { KubernetesApi, KubernetesApiOptions, RecordedEvent } from './kubernetes-api.js';
import { kubeconfigJson } from './kubeconfig-json.js';

const startTimeoutMs = 60_000;

/** The folder with kube-apiserver and etcd; undefined if they are not installed. */
export function kubernetesAssets(): string | undefined {
  const folder = process.env['KUBEBUILDER_ASSETS'];
  const complete =
    folder !== undefined &&
    ['etcd', 'kube-apiserver'].every((program) => existsSync(join(folder, program)));
  return complete ? folder : undefined;
}

/** A real API server, with a client that has administrator rights. */
export interface RealKubernetesApi extends KubernetesApi {
  readonly admin: AdminClient;
}

/** Starts both on free loopback ports, with a namespace and a user who has the role in it. */
export async function startRealKubernetesApi(
  assets: string,
  options: KubernetesApiOptions,
): Promise<RealKubernetesApi> {
  const directory = await temporaryDirectory();
  const ports = { etcd: await freePort(), peer: await freePort(), server: await freePort() };
  const api = new ApiServerWithEtcd(assets, options, directory, ports);
  await api.prepare();
  await api.start();
  await api.grant();
  return api;
}

interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly server: number;
}

class ApiServerWithEtcd implements RealKubernetesApi {
  readonly kubeconfig: string;
  private readonly url: string;
  private etcd: RunningProcess | undefined;
  private server: RunningProcess | undefined;
  private client: AdminClient | undefined;

  constructor(
    private readonly assets: string,
    private readonly options: KubernetesApiOptions,
    private readonly directory: TemporaryDirectory,
    private readonly ports: Ports,
  ) {
    this.kubeconfig = this.path('kubeconfig');
    this.url = `https://127.0.0.1:${ports.server}`;
  }

  get namespace(): string {
    return this.options.namespace;
  }

  /** Creates keys and tokens and starts etcd; called once. */
  async prepare(): Promise<void> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(this.path('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(
      this.path('tokens.csv'),
      'admin-token,admin,1,system:masters\nuser-token,user,2\n',
    );
    const { etcd, peer } = this.ports;
    const client = `http://127.0.0.1:${etcd}`;
    const peers = `http://127.0.0.1:${peer}`;
    this.etcd = await startProcess(
      [
        `--data-dir=${this.path('etcd')}`,
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peers}`,
        `--initial-advertise-peer-urls=${peers}`,
        `--initial-cluster=default=${peers}`,
        '--unsafe-no-fsync',
      ],
      { command: join(this.assets, 'etcd') },
    );
  }

  async start(): Promise<void> {
    this.server = await startProcess(
      [
        `--etcd-servers=http://127.0.0.1:${this.ports.etcd}`,
        `--secure-port=${this.ports.server}`,
        '--bind-address=127.0.0.1',
        `--cert-dir=${this.path('certificates')}`,
        '--authorization-mode=RBAC',
        `--token-auth-file=${this.path('tokens.csv')}`,
        '--service-account-issuer=https://spec.invalid',
        `--service-account-key-file=${this.path('accounts.key')}`,
        `--service-account-signing-key-file=${this.path('accounts.key')}`,
        '--service-cluster-ip-range=10.0.0.0/24',
        '--disable-admission-plugins=ServiceAccount',
        '--shutdown-delay-duration=0s',
      ],
      { command: join(this.assets, 'kube-apiserver') },
    );
    const certificate = this.path('certificates/apiserver.crt');
    const ca = await waitFor(async () => await readFile(certificate, 'utf8'), {
      timeoutMs: startTimeoutMs,
    });
    this.client = new AdminClient(this.url, 'admin-token', ca);
    await waitFor(async () => await this.admin.get('/readyz'), {
      timeoutMs: startTimeoutMs,
      describe: () => `kube-apiserver to be ready:\n${this.server?.lines.slice(-20).join('\n')}`,
    });
    const { namespace, url: server } = { ...this.options, url: this.url };
    const token = 'user-token';
    const text = kubeconfigJson({ server, namespace, token, certificateAuthority: ca });
    await writeFile(this.kubeconfig, text);
  }

  /** Creates the namespace, the role and its binding. */
  async grant(): Promise<void> {
    const { namespace, role: rules } = this.options;
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
    const metadata = { name: 'spec' };
    await this.admin.post('/api/v1/namespaces', { metadata: { name: namespace } });
    await this.admin.post(`${rbac}/roles`, { metadata, rules });
    await this.admin.post(`${rbac}/rolebindings`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'spec' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'user' }],
    });
  }

  async stop(): Promise<void> {
    this.server?.kill('SIGKILL');
    await this.server?.exit;
    this.server = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    this.etcd?.kill('SIGKILL');
    await this.etcd?.exit;
    await this.directory.remove();
  }

  async putConfigMap(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    const configMap = { metadata: { name }, data };
    const there = await this.admin.get(this.configMap(name));
    if (there) await this.admin.put(this.configMap(name), configMap);
    else await this.admin.post(this.configMap(), configMap);
  }

  async deleteConfigMap(name: string): Promise<void> {
    await this.admin.delete(this.configMap(name));
  }

  async configMapData(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const text = await this.admin.get(this.configMap(name));
    return text === undefined
      ? undefined
      : (JSON.parse(text) as { data?: Record<string, string> }).data;
  }

  async events(): Promise<readonly RecordedEvent[]> {
    const text = await this.admin.get(`/api/v1/namespaces/${this.namespace}/events`);
    return (JSON.parse(text ?? '{"items":[]}') as { items: RecordedEvent[] }).items;
  }

  get admin(): AdminClient {
    if (!this.client) throw new Error('kube-apiserver has not been started');
    return this.client;
  }

  private configMap(name?: string): string {
    const all = `/api/v1/namespaces/${this.namespace}/configmaps`;
    return name === undefined ? all : `${all}/${name}`;
  }

  private path(name: string): string {
    return join(this.directory.path, name);
  }
}
