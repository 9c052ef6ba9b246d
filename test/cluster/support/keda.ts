import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { type RunningProcess, startProcess } from '#antenna/testing';

import type { Cluster } from './cluster.js';
import { clusterFolder } from './control-plane.js';

const namespace = 'keda';
const operatorAddress = '10.3.0.1';
const adapterAddress = '10.3.0.2';
const adapterService = 'keda-metrics-apiserver';
const operatorHost = `keda-operator.${namespace}.svc.cluster.local`;

/** The operator and the metrics adapter of KEDA as processes, with KEDA's own definitions and rights. */
export class Keda {
  private constructor(private readonly processes: readonly RunningProcess[]) {}

  static async start(cluster: Cluster, directory: string): Promise<Keda> {
    const source = join(clusterFolder() ?? '', 'keda/config');
    await cluster.define(/keda\.sh_/);
    await cluster.plane.admin.post('/api/v1/namespaces', { metadata: { name: namespace } });
    const rights = [
      'service_account/service_account.yaml',
      'rbac/role.yaml',
      'rbac/role_binding.yaml',
      'metrics-server/role.yaml',
      'metrics-server/role_binding.yaml',
    ];
    await cluster.kubectl(
      'apply',
      '--server-side',
      ...rights.flatMap((file) => ['-f', join(source, file)]),
    );
    const certificates = await issue(cluster, directory);
    const kubeconfig = await cluster.plane.accountKubeconfig(namespace, 'keda-operator');
    const env = {
      KUBECONFIG: kubeconfig,
      POD_NAMESPACE: namespace,
      KEDA_CLUSTER_OBJECT_NAMESPACE: namespace,
      WATCH_NAMESPACE: '',
    };
    const start = async (program: string, args: readonly string[]) =>
      await startProcess(args, { command: join(clusterFolder() ?? '', 'bin', program), env });
    const operator = await start('keda-operator', [
      `--metrics-bind-address=${operatorAddress}:8080`,
      `--health-probe-bind-address=${operatorAddress}:8081`,
      `--metrics-service-bind-address=${operatorAddress}:9666`,
      `--cert-dir=${certificates}`,
    ]);
    const adapter = await start('keda-adapter', [
      `--bind-address=${adapterAddress}`,
      '--secure-port=6443',
      '--port=18080',
      `--metrics-service-address=${operatorAddress}:9666`,
      `--metrics-service-grpc-authority=${operatorHost}`,
      `--client-ca-file=${certificates}/ca.crt`,
      `--tls-cert-file=${certificates}/tls.crt`,
      `--tls-private-key-file=${certificates}/tls.key`,
      `--cert-dir=${certificates}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--lister-kubeconfig=${kubeconfig}`,
    ]);
    await cluster.serveExternalMetrics(namespace, adapterService, adapterAddress);
    const keda = new Keda([operator, adapter]);
    await cluster.until(
      () => `KEDA to serve its API:\n${keda.lastLines()}`,
      async () => await cluster.plane.admin.get('/apis/external.metrics.k8s.io/v1beta1'),
    );
    return keda;
  }

  lastLines(): string {
    return this.processes.map(({ lines }) => lines.slice(-15).join('\n')).join('\n---\n');
  }

  async stop(): Promise<void> {
    for (const process of this.processes) await process.stop();
  }
}

/** One certificate for both, as KEDA's own rotation issues it. */
async function issue(cluster: Cluster, directory: string): Promise<string> {
  const folder = join(directory, 'keda-certificates');
  await mkdir(folder);
  const { authority } = cluster.plane;
  const files = await authority.issue('keda', {
    hosts: [operatorHost, `${adapterService}.${namespace}.svc`],
  });
  await copyFile(authority.file, join(folder, 'ca.crt'));
  await copyFile(files.cert, join(folder, 'tls.crt'));
  await copyFile(files.key, join(folder, 'tls.key'));
  return folder;
}
