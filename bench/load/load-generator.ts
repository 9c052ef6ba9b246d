/**
 * Sends one prepared request over several connections at once, each waiting for its answer before it sends
 * the next (a closed loop), and prints what it measured. A process of its own. Argument: a `Load` as JSON.
 */
import { readFile } from 'node:fs/promises';

import { ClientConnection } from './client-connection.js';
import type { Load, LoadResult } from './load.js';

const load = JSON.parse(process.argv[2] ?? '') as Load;
const request = await readFile(load.requestFile);
const connections = await Promise.all(
  Array.from({ length: load.connections }, async () => await ClientConnection.open(load.port)),
);

const latenciesMs: number[] = [];
const answers: Record<string, number> = {};
const cpu = process.cpuUsage();
const begun = performance.now();

async function sendUntilOver(connection: ClientConnection): Promise<void> {
  let sentAt = performance.now();
  do {
    const answer = await connection.exchange(request);
    const now = performance.now();
    latenciesMs.push(now - sentAt);
    const kind = answer.split('=', 1)[0] ?? '';
    answers[kind] = (answers[kind] ?? 0) + 1;
    sentAt = now;
  } while (sentAt - begun < load.startWindowMs);
}

await Promise.all(connections.map(sendUntilOver));
const elapsedMs = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
connections.forEach((connection) => connection.close());

const result: LoadResult = {
  answers,
  requests: latenciesMs.length,
  elapsedMs,
  latenciesMs: latenciesMs.toSorted((a, b) => a - b),
  cpuMs: (user + system) / 1000,
};
process.stdout.write(JSON.stringify(result));
