/** Several processes of ingest and of throttle-config, as in a cluster with replicas. */
import { join, resolve } from 'node:path';

import { freePort, type RunningProcess, startProcess } from '#antenna/testing';

import type { StatusAnswer } from '../apps/throttle-config/src/api/status/status.dto.js';

const dist = resolve(import.meta.dirname, '../dist/apps');

/** A process that can be killed and started again on the same port. */
export class ReplicaProcess {
  private process: RunningProcess | undefined;

  constructor(
    private readonly service: 'ingest' | 'throttle-config',
    readonly port: number,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get running(): RunningProcess {
    if (!this.process) throw new Error(`${this.service} on port ${this.port} is not running`);
    return this.process;
  }

  async start(): Promise<void> {
    const env = { ...this.env, HOST: '127.0.0.1', PORT: String(this.port) };
    this.process = await startProcess([join(dist, this.service, 'src/main.js')], { env });
    await this.process.waitForLine('"message":"listening on', { timeoutMs: 30_000 });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.process?.kill(signal);
    await this.process?.exit;
  }

  async status(): Promise<StatusAnswer> {
    return (await (await fetch(`${this.url}/v1/status`)).json()) as StatusAnswer;
  }
}

/** Prepares processes of throttle-config, and of ingest that report to all of these. Nothing is started. */
export async function replicas(
  directory: string,
  count: { readonly ingests: number; readonly throttleConfigs: number },
  env: Readonly<Record<string, string>>,
): Promise<{ ingests: ReplicaProcess[]; throttleConfigs: ReplicaProcess[] }> {
  const throttleConfigs = (await freePorts(count.throttleConfigs)).map(
    (port) => new ReplicaProcess('throttle-config', port, env),
  );
  const urls = throttleConfigs.map(({ url }) => url);
  const ingests = (await freePorts(count.ingests)).map(
    (port, index) =>
      new ReplicaProcess('ingest', port, {
        ANTENNA_DATA_DIR: directory,
        SPOOL_DIR: join(directory, `spool-${index}`),
        INSTANCE_NAME: `ingest-${index}`,
        THROTTLE_CONFIG_URL: urls[index % urls.length] ?? '',
        THROTTLE_CONFIG_REPLICAS: urls.join(','),
        ...env,
      }),
  );
  return { ingests, throttleConfigs };
}

async function freePorts(length: number): Promise<number[]> {
  return await Promise.all(Array.from({ length }, async () => await freePort()));
}
