/** All processes that a report passes, as they are started in production, and what they publish. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitFor } from '#antenna/testing';

import { type AwsCalls, AwsStandIn } from './aws-stand-in.js';
import { nodeFlagsOf } from './node-flags.js';
import { readPublished } from './published-line.js';
import { ServerProcess } from './server-process.js';
import { filesBelow } from './target.js';

/** `s3`: ingest and crashmover on stand-ins for S3 and SQS. `embedded`: one process and a folder. */
export type Backend = 's3' | 'embedded';

/** Peak resident bytes; of several processes of a service, those of the largest. */
export type PeakRss = Readonly<Record<string, number>>;

const publishTimeoutMs = 90_000;

export class Pipeline {
  /** The ports to send reports to. */
  readonly ports: number[] = [];
  private readonly processes: { readonly service: string; readonly server: ServerProcess }[] = [];
  /** When each crash was published, in milliseconds since the epoch. */
  private readonly published = new Map<string, number>();

  private constructor(
    private readonly directory: string,
    private readonly standIn: AwsStandIn | undefined,
  ) {}

  static async start(backend: Backend, ingests: number, directory: string): Promise<Pipeline> {
    const standIn = backend === 's3' ? await AwsStandIn.start() : undefined;
    const pipeline = new Pipeline(directory, standIn);
    try {
      if (standIn) await pipeline.startServices(ingests, standIn.environment);
      else await pipeline.startStandalone();
      return pipeline;
    } catch (error) {
      await pipeline.stop();
      throw error;
    }
  }

  /** Resolves with the times at which these crashes were published, in their order. */
  async publishedAt(crashIds: readonly string[]): Promise<number[]> {
    const missing = (): string[] => crashIds.filter((id) => !this.published.has(id));
    await waitFor(() => missing().length === 0, {
      timeoutMs: publishTimeoutMs,
      describe: () => `${missing().length} of ${crashIds.length} crashes to be published`,
    });
    return crashIds.map((id) => this.published.get(id) ?? Number.NaN);
  }

  /** The number of staged envelopes of the embedded backend. */
  async staged(): Promise<number> {
    return this.standIn ? 0 : (await filesBelow(join(this.directory, 'staging'))).length;
  }

  /** Calls to S3 and SQS since the start; none with the embedded backend. */
  async calls(): Promise<AwsCalls> {
    return (await this.standIn?.calls()) ?? {};
  }

  /** Of all processes together, since their start. */
  async cpuMs(): Promise<number> {
    const usages = await Promise.all(this.processes.map(({ server }) => server.usage()));
    return usages.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }

  async resetPeakRss(): Promise<void> {
    await Promise.all(this.processes.map(({ server }) => server.resetPeakRss()));
  }

  /** Since the last reset. */
  async peakRssBytes(): Promise<PeakRss> {
    const peaks: Record<string, number> = {};
    for (const { service, server } of this.processes)
      peaks[service] = Math.max(peaks[service] ?? 0, (await server.usage()).peakRssBytes);
    return peaks;
  }

  async stop(): Promise<void> {
    for (const { server } of this.processes) await server.stop();
    await this.standIn?.stop();
  }

  private async startServices(ingests: number, env: NodeJS.ProcessEnv): Promise<void> {
    await this.startProcess('crashmover', 'start:crashmover', env);
    for (let number = 1; number <= ingests; number += 1) {
      const spool = join(this.directory, `spool-${number}`);
      this.ports.push(
        await this.startProcess('ingest', 'start:ingest', { ...env, SPOOL_DIR: spool }),
      );
    }
  }

  private async startStandalone(): Promise<void> {
    await mkdir(join(this.directory, 'staging'), { recursive: true });
    const env = {
      THROTTLE_CONFIG_PORT: '0',
      CRASHMOVER_PORT: '0',
      CRASH_STATS: 'off',
      ANTENNA_DATA_DIR: this.directory,
    };
    this.ports.push(await this.startProcess('standalone', 'start', env));
  }

  /** @param script the script of package.json with its flags for Node */
  private async startProcess(
    service: string,
    script: string,
    env: NodeJS.ProcessEnv,
  ): Promise<number> {
    const port = await freePort();
    const server = await ServerProcess.start({
      entry: fileURLToPath(new URL(`../../apps/${service}/src/main.js`, import.meta.url)),
      args: [],
      env: { ...env, HOST: '127.0.0.1', PORT: String(port) },
      port,
      nodeFlags: await nodeFlagsOf(script),
      onLogLine: (line) => {
        const crash = readPublished(line);
        if (crash) this.published.set(crash.crashId, crash.publishedAt);
      },
    });
    this.processes.push({ service, server });
    return port;
  }
}
