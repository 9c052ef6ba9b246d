import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

import {
  kubernetesAssets,
  type RealKubernetesApi,
  startRealKubernetesApi,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { helmProgram, kubectlProgram } from '../../../tools/kubernetes/cluster-tools.js';
import { release, type Values } from './chart.js';
import { chartWith } from './chart-copy.js';

export interface Answer {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** helm and kubectl as an administrator of a real API server, which stores objects but starts no pods. */
export class ApiServer {
  private constructor(
    private readonly api: RealKubernetesApi,
    private readonly directory: TemporaryDirectory,
    /** A copy without kubeVersion: a server that was compiled without a version reports 0.0.0. */
    private readonly chart: string,
  ) {}

  static async start(): Promise<ApiServer> {
    const api = await startRealKubernetesApi(kubernetesAssets() ?? '', {
      namespace: release.namespace,
      role: [],
    });
    const directory = await temporaryDirectory();
    const server = new ApiServer(
      api,
      directory,
      await chartWith(directory.path, { kubeVersion: undefined }),
    );
    const user = JSON.parse(await readFile(api.kubeconfig, 'utf8')) as { users: unknown };
    const admin = { ...user, users: [{ name: 'spec', user: { token: 'admin-token' } }] };
    await writeFile(server.kubeconfig, JSON.stringify(admin));
    return server;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.directory.remove();
  }

  /** Runs `helm install`, `upgrade`, … for the release. @throws Error with helm's message */
  helm(command: readonly string[], values: Values = {}): void {
    const input = JSON.stringify(values);
    const { code, errors } = this.run(helmProgram(), command, input);
    if (code !== 0) throw new Error(`helm ${command.join(' ')}: ${errors}`);
  }

  install(values: Values): void {
    this.helm(['install', release.name, this.chart, '--values', '-'], values);
  }

  upgrade(values: Values, chart = this.chart, flags: readonly string[] = []): void {
    this.helm(['upgrade', release.name, chart, '--values', '-', ...flags], values);
  }

  /** Copies the chart with another version. @returns the folder of the copy */
  async chartOf(version: string): Promise<string> {
    return await chartWith(this.directory.path, { kubeVersion: undefined, version });
  }

  kubectl(args: readonly string[], input = ''): Answer {
    return this.run(kubectlProgram(), args, input);
  }

  /** One field, by a JSONPath; empty if it is not set. @throws Error if the object does not exist */
  field(kind: string, name: string, path: string): string {
    const { code, output, errors } = this.kubectl(['get', kind, name, '-o', `jsonpath={${path}}`]);
    if (code !== 0) throw new Error(errors);
    return output;
  }

  /** Changes an object on behalf of its owner. @throws Error with kubectl's message */
  patch(kind: string, name: string, patch: object): void {
    const { code, errors } = this.kubectl([
      'patch',
      kind,
      name,
      '--type=merge',
      '--patch',
      JSON.stringify(patch),
    ]);
    if (code !== 0) throw new Error(errors);
  }

  private run(program: string | undefined, args: readonly string[], input: string): Answer {
    const { status, stdout, stderr } = spawnSync(program ?? '', args, {
      input,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: {
        KUBECONFIG: this.kubeconfig,
        // Helm must not use the caches of the user.
        HOME: this.directory.path,
      },
    });
    return { code: status, output: stdout, errors: stderr };
  }

  private get kubeconfig(): string {
    return `${this.directory.path}/kubeconfig`;
  }
}
