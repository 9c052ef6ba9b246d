import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { type MetricsForTests, metricsForTests } from '#antenna/telemetry';
import { parseRuleset, type Ruleset } from '#antenna/throttle';

import { ShadowRun } from './shadow-run.js';
import { TimeShare } from './time-share.js';

const rules = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: half_go_on
    match: "true"
    sample: { percent: 50, within: continue, beyond: reject }
  - name: by_client
    match: get("Client") != ""
    sample: { percent: 50, by: get("Client"), within: accept, beyond: defer }
  - name: the_rest
    match: "true"
    sample: { percent: 30, within: accept, beyond: reject }
`;

describe('ShadowRun', () => {
  const reports = Array.from(
    { length: 500 },
    (_, index) => new Map(index % 2 === 0 ? [['Client', String(index)]] : []),
  );

  it('shows no change if the draft is the same as the live rules, which draw at random', async () => {
    const { run } = await compared(ruleset(rules), ruleset(rules), reports);

    expect(run.evaluated).toBe(500);
    expect(changes(run.verdicts)).toBe(0);
    expect(Object.values(run.verdicts.accept ?? {})).not.toHaveLength(0);
    expect(Object.values(run.verdicts.reject ?? {})).not.toHaveLength(0);
    expect(Object.keys(run.decided).toSorted()).toEqual(['by_client', 'half_go_on', 'the_rest']);
  });

  it('shows only what an edited rule changes', async () => {
    const edited = rules.replace('percent: 30', 'percent: 60');
    const { run } = await compared(ruleset(rules), ruleset(edited), reports);

    expect(run.verdicts.accept).not.toHaveProperty('reject');
    expect(run.verdicts.reject?.accept).toBeGreaterThan(0);
    expect(run.verdicts.defer).toEqual({ defer: expect.any(Number) });
  });

  it('shows only the reports of a rule that was added', async () => {
    const added = rules.replace(
      'rules:\n',
      'rules:\n  - { name: first, match: get("Client") == "8", result: fakeaccept }\n',
    );
    const { run } = await compared(ruleset(rules), ruleset(added), reports);

    expect(changes(run.verdicts)).toBe(1);
    expect(run.decided['first']).toBe(1);
  });

  it('counts a draft whose rules fail', async () => {
    const failing = rules.replace('match: "true"', 'match: int("x" + get("Client")) > 3');
    const { run, telemetry } = await compared(ruleset(rules), ruleset(failing), reports);

    expect(run.evaluated).toBe(500);
    expect(run.errors).toEqual({ half_go_on: 500 });
    expect(await telemetry.value('antenna.throttle.shadow_errors')).toBe(500);
  });

  it('counts a rule that exhausts the budget of a report as failed', async () => {
    const match = 'match: "true"';
    const scan = `match: words.exists(w, get("Huge").contains(w))`;
    const words = Array.from({ length: 1000 }, (_, index) => `word-${index}`).join(', ');
    const dear = rules.replace('rules:\n', `lists: { words: [${words}] }\nrules:\n`);
    const huge = [new Map([['Huge', 'x'.repeat(1_000_000)]])];
    const { run } = await compared(ruleset(rules), ruleset(dear.replace(match, scan)), huge);

    expect(run).toMatchObject({ evaluated: 1, errors: { half_go_on: 1 } });
    expect(run.decided).toEqual({ the_rest: 1 });
  });

  it('counts by product and channel', async () => {
    const { run } = await compared(ruleset(rules), ruleset(rules), reports);

    expect(run.products).toHaveLength(1);
    expect(run.products[0]).toEqual({
      product: 'Firefox',
      channel: 'none',
      verdicts: run.verdicts,
    });
  });

  it('evaluates the draft only in a later turn of the event loop', async () => {
    const telemetry = metricsForTests();
    const run = runOf(ruleset(rules), telemetry);
    decide(run, ruleset(rules), new Map());
    expect(run.report()).toMatchObject({ reports: 1, evaluated: 0 });
    await nextTurn();

    expect(run.report()).toMatchObject({ reports: 1, evaluated: 1 });
  });

  it('leaves reports out if the draft has used up its time', async () => {
    const telemetry = metricsForTests();
    let now = 0;
    const time = new TimeShare({ share: 0.1, burstMs: 10 }, () => now);
    const run = runOf(ruleset(rules), telemetry, time);
    time.spend(10);
    decide(run, ruleset(rules), new Map());
    now += 100;
    decide(run, ruleset(rules), new Map());
    await nextTurn();

    expect(run.report()).toMatchObject({ reports: 2, evaluated: 1 });
    const skipped = { result: 'skipped' };
    expect(await telemetry.value('antenna.throttle.shadow_reports', skipped)).toBe(1);
  });

  it('leaves out reports decided at the same time that would take longer together', async () => {
    const telemetry = metricsForTests();
    const time = new TimeShare({ share: 0.1, burstMs: 10 }, () => 0);
    const run = runOf(ruleset(rules), telemetry, time);
    for (let index = 0; index < 20; index += 1) decide(run, ruleset(rules), new Map());
    time.spend(10);
    await nextTurn();

    expect(run.report()).toMatchObject({ reports: 20, evaluated: 0 });
    const skipped = { result: 'skipped' };
    expect(await telemetry.value('antenna.throttle.shadow_reports', skipped)).toBe(20);
  });

  it('holds at most 500 pairs of product and channel', async () => {
    const live = ruleset(rules);
    const run = runOf(live, metricsForTests());
    for (let index = 0; index < 600; index += 1) decide(run, live, new Map(), `product-${index}`);
    await nextTurn();

    const { products } = run.report();
    expect(products).toHaveLength(500);
    const others = products.find(({ product }) => product === 'other')?.verdicts ?? {};
    const counts = Object.values(others).flatMap((drafts) => Object.values(drafts));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(101);
  });
});

function ruleset(yaml: string): Ruleset {
  const parsed = parseRuleset(yaml);
  if (!parsed.ruleset) throw new Error(parsed.errors[0]?.message);
  return parsed.ruleset;
}

function runOf(draft: Ruleset, { metrics }: MetricsForTests, time?: TimeShare): ShadowRun {
  const id = '20261129T120000000Z-00000001';
  const base = { id, draft, ageMs: 0, remainingMs: 60_000 };
  return new ShadowRun(time ? { ...base, time } : base, metrics);
}

/** What ingest does with each report. */
function decide(
  run: ShadowRun,
  live: Ruleset,
  annotations: ReadonlyMap<string, string>,
  product = 'Firefox',
): void {
  const chance = run.next();
  if (!chance) return;
  const decision = live.evaluate(annotations, chance);
  run.compareSoon({ annotations, decision, decisionMs: 1, product, channel: 'none' }, chance);
}

async function compared(
  live: Ruleset,
  draft: Ruleset,
  reports: readonly ReadonlyMap<string, string>[],
) {
  const telemetry = metricsForTests();
  const run = runOf(draft, telemetry);
  for (const report of reports) decide(run, live, report);
  await nextTurn();
  return { run: run.report(), telemetry };
}

function changes(verdicts: Readonly<Record<string, Readonly<Record<string, number>>>>): number {
  return Object.entries(verdicts)
    .flatMap(([live, drafts]) => Object.entries(drafts).filter(([draft]) => draft !== live))
    .reduce((sum, [, count]) => sum + count, 0);
}
