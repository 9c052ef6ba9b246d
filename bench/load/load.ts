/**
 * The load generator: sends one prepared request over several connections at once. Each connection waits for its answer
 * before it sends the next request (a closed loop). It runs as a process of its own.
 */
import { readFile } from 'node:fs/promises';

import { runMicro } from '../micro/run-micro.js';
import { ClientConnection } from './client-connection.js';

interface Load {
  readonly port: number;
  /** File with a whole HTTP request, head and body. */
  readonly requestFile: string;
  readonly connections: number;
  /** No request starts later; those in flight are completed. At least one per connection. */
  readonly startWindowMs: number;
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
}

/** @throws Error when an answer is not the expected one */
export async function runLoad(load: Load, expected: string): Promise<LoadResult> {
  const result = await runMicro<LoadResult>(import.meta.url, JSON.stringify(load));
  if (result.answers[expected] !== result.requests)
    throw new Error(`expected "${expected}" only, got ${JSON.stringify(result.answers)}`);
  return result;
}

async function generate({
  port,
  requestFile,
  connections: count,
  startWindowMs,
}: Load): Promise<LoadResult> {
  const request = await readFile(requestFile);
  const connections = await Promise.all(
    Array.from({ length: count }, async () => await ClientConnection.open(port)),
  );
  const latenciesMs: number[] = [];
  const answers: Record<string, number> = {};
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const send = async (connection: ClientConnection): Promise<void> => {
    let sentAt = performance.now();
    do {
      const answer = await connection.exchange(request);
      const now = performance.now();
      latenciesMs.push(now - sentAt);
      const kind = answer.split('=', 1)[0] ?? '';
      answers[kind] = (answers[kind] ?? 0) + 1;
      sentAt = now;
    } while (sentAt - startedAt < startWindowMs);
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
  };
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '') as Load)));
