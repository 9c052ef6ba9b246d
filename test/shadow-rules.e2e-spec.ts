import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import type {
  ShadowAnswer,
  ShadowRunAnswer,
} from '../apps/throttle-config/src/api/shadow/shadow.dto.js';
import { cliEntry, CollectorProcess } from './collector-process.js';
import { type ReplicaProcess, replicas } from './throttle-config-replicas.js';

const rules = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: half_of_firefox
    match: get("ProductName") == "Firefox"
    sample: { percent: 50, within: continue, beyond: reject }
  - name: everything
    match: "true"
    sample: { percent: 30, within: accept, beyond: defer }
`;
const draft = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: no_firefox
    match: get("ProductName") == "Firefox"
    result: reject
  - name: everything
    match: "true"
    sample: { percent: 30, within: accept, beyond: defer }
`;
const postedWithinMs = 20_000;

let directory: TemporaryDirectory;
let ends: (() => Promise<void>)[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  ends = [];
});
afterEach(async () => {
  await Promise.all(ends.map(async (end) => await end()));
  await directory.remove();
});

async function send(url: string, product: string, count: number): Promise<void> {
  const report = aReport().withAnnotation('ProductName', product).build();
  for (let sent = 0; sent < count; sent += 1) await submit(url, report);
}

async function ask(replica: ReplicaProcess, init?: RequestInit, query = ''): Promise<Response> {
  return await fetch(`${replica.url}/v1/shadow${query}`, init);
}

async function runOf(replica: ReplicaProcess): Promise<ShadowRunAnswer | undefined> {
  return ((await (await ask(replica)).json()) as ShadowAnswer).run;
}

/** Waits until a replica shows these sums. */
async function untilCounted(
  replica: ReplicaProcess,
  expected: { instances: number; firefox: number; others: number },
): Promise<void> {
  const { instances, firefox, others } = expected;
  const isCounted = (run: ShadowRunAnswer | undefined): boolean =>
    run?.instances.length === instances && run.evaluated === firefox + others;
  await waitFor(async () => isCounted(await runOf(replica)), {
    timeoutMs: postedWithinMs,
  }).catch(() => undefined);
  const run = await runOf(replica);
  expect(run?.instances).toHaveLength(instances);
  expect(run).toMatchObject({ reports: firefox + others, evaluated: firefox + others });
  const decided = run?.rules.filter((rule) => rule.decided > 0) ?? [];
  expect(decided.toSorted((a, b) => (a.rule < b.rule ? -1 : 1))).toEqual(
    [
      { rule: 'everything', decided: others, errors: 0 },
      { rule: 'no_firefox', decided: firefox, errors: 0 },
    ].filter((rule) => rule.decided > 0),
  );
  expect(run?.verdicts.filter(({ draft }) => draft === 'reject')).toEqual(
    run?.verdicts.filter(({ live, draft }) => live !== draft || live === 'reject'),
  );
  const counts = run?.products.map(({ product, evaluated }) => [product, evaluated]) ?? [];
  expect(Object.fromEntries(counts)).toEqual({
    ...(firefox > 0 && { Firefox: firefox }),
    ...(others > 0 && { other: others }),
  });
}

describe('a draft on three ingests and two replicas of throttle-config', () => {
  it('has exact sums, also if an ingest and the replica that took it are killed', async () => {
    const rulesFile = join(directory.path, 'ruleset.yaml');
    await writeFile(rulesFile, rules);
    const { ingests, throttleConfigs } = await replicas(
      directory.path,
      { ingests: 3, throttleConfigs: 2 },
      { RULES_FILE: rulesFile, LOG_FORMAT: 'json' },
    );
    for (const one of [...throttleConfigs, ...ingests])
      ends.push(async () => await one.end('SIGKILL'));
    await Promise.all(throttleConfigs.map(async (one) => await one.start()));
    await Promise.all(ingests.map(async (one) => await one.start()));
    const [took, other] = throttleConfigs as [ReplicaProcess, ReplicaProcess];
    const [first, second, third] = ingests as [ReplicaProcess, ReplicaProcess, ReplicaProcess];
    const headers = { 'content-type': 'application/yaml' };
    const start = { method: 'POST', headers, body: draft };

    expect((await ask(took, start, '?for=5m')).status).toBe(201);
    for (const ingest of ingests)
      await ingest.running.waitForLine('shadow rules started', { timeoutMs: postedWithinMs });
    await send(`${first.url}/submit`, 'Firefox', 12);
    await send(`${second.url}/submit`, 'Firefox', 3);
    await send(`${third.url}/submit`, 'Unlisted', 20);
    for (const replica of throttleConfigs)
      await untilCounted(replica, { instances: 3, firefox: 15, others: 20 });

    // The other replica knows the same end, and that a draft runs.
    const { endsAt = '' } = (await runOf(took)) ?? {};
    expect((await ask(other, start)).status).toBe(409);
    const known = (await runOf(other))?.endsAt ?? '';
    expect(Math.abs(Date.parse(known) - Date.parse(endsAt))).toBeLessThan(1000);

    // Both die without a word. What the ingest had posted stays.
    await first.end('SIGKILL');
    await took.end('SIGKILL');
    await send(`${second.url}/submit`, 'Unlisted', 7);
    await untilCounted(other, { instances: 3, firefox: 15, others: 27 });
    expect((await runOf(other))?.endsAt).toBe(known);

    // A replica that has restarted learns of it, and the other one still confirms it.
    await took.start();
    await untilCounted(took, { instances: 2, firefox: 3, others: 27 });
    expect((await ask(took, { method: 'DELETE' })).status).toBe(200);
    for (const ingest of [second, third]) {
      const line = /"reason":"stopped".*shadow rules ended/;
      await ingest.running.waitForLine(line, { timeoutMs: postedWithinMs });
    }
    await waitFor(async () => (await runOf(other))?.ended?.reason === 'stopped', {
      timeoutMs: postedWithinMs,
    });
    await send(`${second.url}/submit`, 'Firefox', 1);
    await untilCounted(other, { instances: 3, firefox: 15, others: 27 });
  }, 180_000);
});

describe('antenna rules shadow with npm start', () => {
  it('shows no change for an unchanged draft, although rules draw at random', async () => {
    const rulesFile = join(directory.path, 'throttle-rules.yaml');
    await writeFile(rulesFile, rules);
    const collector = await CollectorProcess.at(directory.path);
    await collector.start();
    ends.push(async () => await collector.kill());
    const url = collector.address('throttleConfig');
    const args = ['rules', 'shadow', rulesFile, '--for', '15s', '--json', '--url', url];
    const shadow = await startProcess([cliEntry, ...args]);
    const waiting = { timeoutMs: postedWithinMs };
    await shadow.waitForLine('"instances":[{', waiting);
    await send(collector.url, 'Firefox', 60);

    expect((await shadow.exit).code).toBe(0);
    const result = JSON.parse(shadow.stdout.at(-1) ?? '') as ShadowRunAnswer;
    expect(result).toMatchObject({ reports: 60, evaluated: 60, changed: 0 });
    expect(result.ended?.reason).toBe('expired');
    expect(result.verdicts.length).toBeGreaterThan(1);
  }, 120_000);
});
