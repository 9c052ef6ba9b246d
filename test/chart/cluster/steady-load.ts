import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { aReport, type EncodedReport, submit, SubmitError } from '#antenna/testing';

import { sha256 } from '../../faults/sender.js';

/**
 * - `keep-alive` sends all reports over one connection while it is open
 * - `fresh` opens a connection for each report
 * - `slow` opens a connection for each report and takes seconds to send it
 */
export type ClientKind = 'keep-alive' | 'fresh' | 'slow';

/** A report that failed: without an answer, or with the answer that the collector is unavailable. */
export interface FailedRequest {
  readonly kind: ClientKind;
  readonly why: string;
}

const dumpBytes = 20_000;
const pauseMs = 120;
/** Number of pieces of a slow client's report, and the time between them. */
const pieces = 8;
const betweenPiecesMs = 300;
const timeoutMs = 30_000;

/** Clients that send reports until they are stopped, without retries. */
export class SteadyLoad {
  readonly failed: FailedRequest[] = [];
  readonly acknowledged: { readonly crashId: string; readonly dumpSha256: string }[] = [];
  readonly counts: Record<ClientKind, number> = { 'keep-alive': 0, fresh: 0, slow: 0 };
  private stopping = false;
  private readonly clients: Promise<void>[];

  constructor(
    private readonly url: string,
    kinds: readonly ClientKind[],
  ) {
    this.clients = kinds.map(async (kind) => await this.run(kind));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.clients);
  }

  private async run(kind: ClientKind): Promise<void> {
    const agent = new Agent({ keepAlive: kind === 'keep-alive', maxSockets: 1 });
    while (!this.stopping) {
      await this.sendOne(kind, agent);
      await sleep(pauseMs);
    }
    agent.destroy();
  }

  private async sendOne(kind: ClientKind, agent: Agent): Promise<void> {
    const dump = randomBytes(dumpBytes);
    const report = aReport().withDump('upload_file_minidump', dump).build();
    this.counts[kind] += 1;
    try {
      const answer =
        kind === 'slow'
          ? await submitSlowly(this.url, report)
          : await submit(this.url, report, { agent, timeoutMs });
      const { status, crashId } = answer;
      if (status !== 200 || crashId === undefined) {
        this.failed.push({ kind, why: `${status} ${answer.body}` });
        return;
      }
      this.acknowledged.push({
        crashId,
        dumpSha256: sha256(dump),
      });
    } catch (error) {
      const code = error instanceof SubmitError ? `${error.code}: ` : '';
      this.failed.push({ kind, why: `${code}${String(error)}` });
    }
  }
}

/** Sends a report slowly, so that the upload continues while a pod terminates. */
async function submitSlowly(
  url: string,
  { headers, body }: EncodedReport,
): Promise<{ status: number; body: string; crashId?: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const outgoing = request(url, { method: 'POST', headers, agent: false, timeout: timeoutMs });
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    response.on('error', reject);
  });
  const size = Math.ceil(body.length / pieces);
  for (let at = 0; at < body.length && !outgoing.destroyed; at += size) {
    outgoing.write(body.subarray(at, at + size));
    await sleep(betweenPiecesMs);
  }
  outgoing.end();
  const answer = await promise;
  const crashId = /^CrashID=bp-(\S+)/.exec(answer.body)?.[1];
  return { ...answer, ...(crashId !== undefined && { crashId }) };
}
