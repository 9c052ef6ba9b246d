/**
 * The load generator: sends one prepared request over several connections at once. Each connection waits for its answer
 * before it sends the next request (a closed loop), or, with a rate, the next one that is due. It runs as a process of its own.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { runMicro } from '../micro/run-micro.js';
import { ClientConnection } from './client-connection.js';

interface Load {
  /** The connections use them in turn. */
  readonly ports: readonly number[];
  /** File with a whole HTTP request, head and body. */
  readonly requestFile: string;
  readonly connections: number;
  /** No request starts later; those in flight are completed. Without a rate, at least one per connection. */
  readonly startWindowMs: number;
  /** Of all connections together. Default: as many as they can send. */
  readonly ratePerSecond?: number;
}

interface LoadResult {
  /** Answers by status and first word (`200 CrashID`). */
  readonly answers: Readonly<Record<string, number>>;
  readonly requests: number;
  /** From the first byte of the first request to the last answer. */
  readonly elapsedMs: number;
  /** From the first byte of a request to the end of its answer; sorted. */
  readonly latenciesMs: readonly number[];
  /** CPU time of the generator itself, which must not limit the rate. */
  readonly cpuMs: number;
  /** The accepted crashes. Times in milliseconds since the epoch; with a rate, when the request was due. */
  readonly crashes: readonly { readonly id: string; readonly sentAt: number }[];
}

/** @throws Error when an answer is not the expected one */
export async function runLoad(load: Load, expected: string): Promise<LoadResult> {
  const result = await runMicro<LoadResult>(import.meta.url, JSON.stringify(load));
  if (result.answers[expected] !== result.requests)
    throw new Error(`expected "${expected}" only, got ${JSON.stringify(result.answers)}`);
  return result;
}

async function generate({
  ports,
  requestFile,
  connections: count,
  startWindowMs,
  ratePerSecond,
}: Load): Promise<LoadResult> {
  const request = await readFile(requestFile);
  const connections = await Promise.all(
    Array.from(
      { length: count },
      async (_, index) => await ClientConnection.open(ports[index % ports.length] ?? 0),
    ),
  );
  const latenciesMs: number[] = [];
  const answers: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const crashes: { id: string; sentAt: number }[] = [];
  let started = 0;
  const nextAt = (): number => {
    if (ratePerSecond === undefined) return performance.now();
    started += 1;
    return startedAt + ((started - 1) * 1000) / ratePerSecond;
  };
  const send = async (connection: ClientConnection): Promise<void> => {
    let isFirst = ratePerSecond === undefined;
    let sentAt = nextAt();
    while (isFirst || sentAt - startedAt < startWindowMs) {
      isFirst = false;
      const earlyMs = sentAt - performance.now();
      if (earlyMs >= 1) await sleep(earlyMs);
      const answer = await connection.exchange(request);
      const now = performance.now();
      latenciesMs.push(now - sentAt);
      const [kind = '', id = ''] = answer.trim().split('=');
      crashes.push({ id: id.replace(/^bp-/, ''), sentAt: performance.timeOrigin + sentAt });
      answers[kind] = (answers[kind] ?? 0) + 1;
      sentAt = nextAt();
    }
  };
  await Promise.all(connections.map(send));
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  connections.forEach((connection) => connection.close());
  return {
    answers,
    requests: latenciesMs.length,
    elapsedMs,
    latenciesMs: latenciesMs.toSorted((a, b) => a - b),
    cpuMs: (user + system) / 1000,
    crashes,
  };
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '') as Load)));
