import { createHash, randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { aReport, submit, SubmitError } from '#antenna/testing';

/** A sent report, and its answer. */
export interface SentReport {
  readonly marker: string;
  readonly dumpSha256: string;
  readonly answer: { status: number; crashId?: string; discarded?: string } | 'none';
  /** Milliseconds until the answer. */
  readonly tookMs: number;
}

/** Dump sizes, used in turn: every third report is too large for the collector's memory. */
const mixedDumps = [1_500_000, 40_000, 40_000];

/** Clients that post until they are stopped, each over its own connection. The rules reject every fourth report. */
export class Senders implements AsyncDisposable {
  readonly sent: SentReport[] = [];
  readonly brokenBy = new Map<string, number>();
  private stopping = false;
  private readonly loops: Promise<void>[];

  constructor(
    connections: number,
    private readonly url: string,
    private readonly dumpSizes: readonly number[] = mixedDumps,
    private readonly pauseMs = 0,
  ) {
    this.loops = Array.from({ length: connections }, async (_, client) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let n = 0; !this.stopping; n += 1) {
        await this.sendOne(client, n, agent);
        if (this.pauseMs > 0) await sleep(this.pauseMs);
      }
      agent.destroy();
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.loops);
  }

  /** Stops them when the test ends early, too: otherwise they would keep Jest from exiting. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get acknowledged(): (SentReport & { crashId: string })[] {
    return this.sent.flatMap((report) =>
      report.answer !== 'none' && report.answer.crashId !== undefined
        ? [{ ...report, crashId: report.answer.crashId }]
        : [],
    );
  }

  get refused(): SentReport[] {
    return this.sent.filter(({ answer }) => answer !== 'none' && answer.crashId === undefined);
  }

  /** Refused for other reasons than a rule or a full spool. */
  get refusedOtherwise(): SentReport[] {
    return this.refused.filter(
      ({ answer }) => answer !== 'none' && answer.status !== 503 && answer.discarded === undefined,
    );
  }

  answeredWith(status: number): SentReport[] {
    return this.sent.filter(({ answer }) => answer !== 'none' && answer.status === status);
  }

  private async sendOne(client: number, n: number, agent: Agent): Promise<void> {
    const marker = `${client}-${n}`;
    const dump = randomBytes(this.dumpSizes[n % this.dumpSizes.length] ?? 0);
    const report = (n % 4 === 3 ? aReport().withAnnotation('ProductName', 'Unknown') : aReport())
      .withAnnotation('Marker', marker)
      .withDump('upload_file_minidump', dump);
    const startedAt = performance.now();
    const answer = await submit(this.url, report.build(), { agent, timeoutMs: 20_000 }).catch(
      (error: unknown) => {
        if (!(error instanceof SubmitError)) throw error;
        this.brokenBy.set(error.code, (this.brokenBy.get(error.code) ?? 0) + 1);
        return 'none' as const;
      },
    );
    this.sent.push({
      marker,
      dumpSha256: sha256(dump),
      answer,
      tookMs: performance.now() - startedAt,
    });
    // A collector that is down or full refuses at once; a client would wait before it retries.
    if (answer === 'none' || answer.status === 503) await sleep(20);
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
