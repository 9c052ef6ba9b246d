import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { acceptAllRuleset, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { FuzzRun } from './fuzz-run.js';
import { mutatedConnection } from './mutated-requests.js';
import { exchange } from './raw-connection.js';

const parallel = 128;
const deadlineMs = 30_000;
/** In MiB. The heap still grows towards its usual size in a short run; a leak shows in a long one. */
const maxGrowth = 150;

describe('mutated requests', () => {
  let directory: TemporaryDirectory;
  let collector: CollectorProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    const rulesFile = join(directory.path, 'accept-all.yaml');
    await writeFile(rulesFile, acceptAllRuleset);
    collector = await CollectorProcess.at(directory.path, {
      RULES_FILE: rulesFile,
      IDLE_TIMEOUT: '5s',
      LINGER_IDLE: '1s',
    });
    await collector.start();
  });

  afterEach(async () => {
    await collector.kill();
    await directory.remove();
  });

  it('are each answered or closed in time, never with 500; each 200 is stored and nothing else', async () => {
    const fuzz = FuzzRun.of('requests');
    const acknowledged = new Set<string>();
    const statuses = new Map<number, number>();
    let unanswered = 0;
    let early = 0;
    await fuzz.each(parallel, async (random, run) => {
      if (run === Math.floor(fuzz.runs / 4)) early = await residentMiB(collector.running.pid);
      const sent = mutatedConnection(random);
      const answers = await exchange(collector.ports.ingest, sent, deadlineMs);
      expect(answers.statuses).not.toContain(500);
      for (const id of answers.crashIds) acknowledged.add(id);
      for (const status of answers.statuses) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (answers.clientLeft) unanswered += Math.max(0, sent.requests - answers.statuses.length);
    });
    const late = await residentMiB(collector.running.pid);
    process.stderr.write(
      `fuzz: requests: ${JSON.stringify({ ...Object.fromEntries(statuses), unanswered, early, late })}\n`,
    );
    await collector.drained();
    const stored = await collector.storedCrashIds();
    const storedIds = new Set(stored);

    expect([...acknowledged].filter((id) => !storedIds.has(id))).toEqual([]);
    // A client that leaves may be too late to prevent that its report is stored.
    const others = stored.filter((id) => !acknowledged.has(id));
    expect(others.length).toBeLessThanOrEqual(unanswered);
    expect(acknowledged.size).toBeGreaterThan(fuzz.runs / 10);
    expect(late - early).toBeLessThan(maxGrowth);
    expect((await fetch(`${collector.address('ingest')}/health/ready`)).status).toBe(200);
    expect(await collector.deadLetterIds()).toEqual([]);
  });
});

async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}
