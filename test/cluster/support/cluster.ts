import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe } from '@jest/globals';

import {
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { helmProgram, kubectlProgram } from '../../../tools/kubernetes/cluster-tools.js';
import { chartFolder, type Values } from '../../chart/support/chart.js';
import { clusterFolder, ControlPlane, packagedChart } from './control-plane.js';
import { Kubelet } from './kubelet.js';
import type { Runtime } from './runtime.js';

/** `describe`, or `describe.skip` without the programs that `.ci/check-cluster` installs. */
export const describeOnCluster = clusterFolder() === undefined ? describe.skip : describe;

/** A cluster with the custom resource definitions of everything that the chart supports. */
export class Cluster {
  private kubelet: Kubelet | undefined;
  private files = 0;

  private constructor(
    readonly directory: TemporaryDirectory,
    readonly plane: ControlPlane,
    private readonly kubeconfig: string,
  ) {}

  /** @param runtimeOf makes the runtime of the nodes */
  static async start(
    runtimeOf: (plane: ControlPlane, volumes: string) => Runtime,
    definitions: RegExp = /./,
  ): Promise<Cluster> {
    const directory = await temporaryDirectory();
    const plane = await ControlPlane.start(directory.path);
    const cluster = new Cluster(directory, plane, await plane.kubeconfig('admin-token'));
    const volumes = join(directory.path, 'volumes');
    cluster.kubelet = await Kubelet.start(plane.admin, runtimeOf(plane, volumes), volumes);
    await cluster.define(definitions);
    return cluster;
  }

  async close(): Promise<void> {
    await this.kubelet?.close();
    await this.plane.close();
    await this.directory.remove();
  }

  /** Creates a namespace that enforces the strictest Pod Security Standard. */
  async namespace(name: string): Promise<void> {
    const enforce = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await this.plane.admin.post('/api/v1/namespaces', { metadata: { name, labels: enforce } });
    await this.until(
      `the default account of ${name}`,
      async () => await this.plane.admin.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
    );
  }

  /** Runs kubectl. @throws Error with its message */
  async kubectl(...args: readonly string[]): Promise<string> {
    return await this.run(kubectlProgram(), args);
  }

  /** The objects of a kind in a namespace. */
  async list<T>(kind: string, namespace: string): Promise<readonly T[]> {
    const json = await this.kubectl('get', kind, '--namespace', namespace, '--output', 'json');
    return (JSON.parse(json) as { items: T[] }).items;
  }

  /** One field of an object, by a JSONPath; empty if it is not set. */
  async field(namespace: string, kind: string, name: string, path: string): Promise<string> {
    return await this.kubectl('get', kind, name, '-n', namespace, '-o', `jsonpath={${path}}`);
  }

  /** `helm install` or `helm upgrade` of the packaged chart as release `antenna`, until everything is ready. */
  async helm(
    command: 'install' | 'upgrade',
    namespace: string,
    values: Values,
    ...flags: readonly string[]
  ): Promise<string> {
    const file = await this.file(JSON.stringify(values));
    const wait = ['--wait', '--timeout', '5m'];
    const args = [
      command,
      'antenna',
      packagedChart() ?? chartFolder,
      '-n',
      namespace,
      '--values',
      file,
      ...wait,
      ...flags,
    ];
    return await this.run(helmProgram(), args);
  }

  async rollback(namespace: string, revision: number): Promise<void> {
    const wait = ['--wait', '--timeout', '5m'];
    await this.run(helmProgram(), [
      'rollback',
      'antenna',
      String(revision),
      '-n',
      namespace,
      ...wait,
    ]);
  }

  async uninstall(namespace: string): Promise<void> {
    await this.run(helmProgram(), ['uninstall', 'antenna', '-n', namespace, '--wait']);
  }

  /** Writes a temporary file and returns its path. */
  async file(content: string): Promise<string> {
    this.files += 1;
    const path = join(this.directory.path, `file-${this.files}`);
    await writeFile(path, content);
    return path;
  }

  async until<T>(what: string | (() => string), condition: () => Promise<T>, timeoutMs = 120_000) {
    return await waitFor(condition, { timeoutMs, describe: what });
  }

  /** Registers the server at this address, port 6443, as the API of external metrics, behind a Service. */
  async serveExternalMetrics(namespace: string, service: string, address: string): Promise<void> {
    const { admin, authority } = this.plane;
    const port = { name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 };
    await admin.post(`/api/v1/namespaces/${namespace}/services`, {
      metadata: { name: service },
      spec: { ports: [port] },
    });
    await admin.post(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      metadata: { name: service, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: 'https', protocol: 'TCP', port: 6443 }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    });
    await admin.post('/apis/apiregistration.k8s.io/v1/apiservices', {
      metadata: { name: 'v1beta1.external.metrics.k8s.io' },
      spec: {
        service: { name: service, namespace },
        group: 'external.metrics.k8s.io',
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        caBundle: Buffer.from(authority.certificate).toString('base64'),
      },
    });
  }

  /** Creates the custom resource definitions in the files whose names match, of the chart's objects or its neighbours. */
  async define(
    definitions: RegExp,
    of: 'definitions' | 'neighbours' = 'definitions',
  ): Promise<void> {
    const folder = join(clusterFolder() ?? '', of);
    const files = (await readdir(folder)).filter((file) => definitions.test(file));
    if (files.length === 0) return;
    const args = files.flatMap((file) => ['-f', join(folder, file)]);
    await this.kubectl('apply', '--server-side', ...args);
    await this.kubectl('wait', '--for=condition=established', '--timeout=60s', ...args);
  }

  private async run(program: string | undefined, args: readonly string[]): Promise<string> {
    const env = { KUBECONFIG: this.kubeconfig, HOME: this.directory.path };
    const running = await startProcess(args, { command: program ?? '', env });
    const { code } = await running.exit;
    if (code !== 0) throw new Error(`${args.join(' ')}: ${running.stderr.join('\n')}`);
    return running.stdout.join('\n');
  }
}
