import { beforeEach, describe, expect, it } from '@jest/globals';

import type { RuleCounts } from './verdict-window.js';
import { VerdictWindows } from './verdict-windows.js';

const minute = 60_000;
const live = new Set(['a', 'b']);
let now: number;
let windows: VerdictWindows;

beforeEach(() => {
  now = 1_000_000 * 24 * 60 * minute;
  windows = new VerdictWindows(() => now);
});

function counts(accept: number): RuleCounts {
  return new Map([['a', { accept }]]);
}

/** Of ten minutes, an hour and a day: the accepted reports of rule a, and the minutes since which they are complete. */
function accepted(): unknown[] {
  return windows
    .all(live)
    .map(({ verdicts, since }) => [
      verdicts.get('a')?.accept ?? 0,
      since && (now - since.getTime()) / minute,
    ]);
}

describe('verdict windows', () => {
  it('count what is new in each report of a process', () => {
    windows.report('ingest-0', { boot: 'x', ageMs: 1000, totals: counts(5) }, live);
    now += 30 * minute;
    windows.report('ingest-0', { boot: 'x', ageMs: 30 * minute, totals: counts(5) }, live);
    now += 5000;
    const totals = counts(8);
    windows.report('ingest-0', { boot: 'x', ageMs: 30 * minute + 5000, totals }, live);
    expect(accepted().map((window) => (window as [number])[0])).toEqual([3, 8, 8]);

    now += 24 * 60 * minute;
    expect(accepted()).toEqual([
      [0, undefined],
      [0, undefined],
      [0, undefined],
    ]);
  });

  it('are complete from the start of this replica on', () => {
    now += 30 * minute;
    expect(accepted()).toEqual([
      [0, undefined],
      [0, 30],
      [0, 30],
    ]);
  });

  it('include the earlier decisions of a process if all of them belong to the window', () => {
    windows.report('ingest-0', { boot: 'x', ageMs: 20 * minute, totals: counts(600) }, live);
    expect(accepted()).toEqual([
      [0, 0],
      [600, 20],
      [600, 20],
    ]);

    now += 50 * minute;
    const [, [hour] = []] = accepted() as [number, unknown][];
    expect(hour).toBeGreaterThan(250);
    expect(hour).toBeLessThan(350);
  });

  it('leave out the decisions of an outage that was longer than the window', () => {
    now += 1000;
    windows.report('ingest-0', { boot: 'x', ageMs: 1000, totals: counts(1) }, live);
    now += 40 * minute;
    const ageMs = 40 * minute + 1000;
    windows.report('ingest-0', { boot: 'x', ageMs, totals: counts(41) }, live);

    expect(accepted()).toEqual([
      [0, 0],
      [41, 40 + 1 / 60],
      [41, 40 + 1 / 60],
    ]);
  });

  it('count the rules that are live, also if a rule is removed and returns', () => {
    windows.report('i', { boot: 'x', ageMs: 1, totals: new Map([['gone', { accept: 5 }]]) }, live);
    windows.report('i', { boot: 'x', ageMs: 2, totals: counts(5) }, live);
    windows.report('i', { boot: 'x', ageMs: 3, totals: counts(2) }, live);

    expect(windows.all(live)[0]?.verdicts).toEqual(new Map([['a', { accept: 7 }]]));
    expect(windows.all(new Set(['b']))[0]?.verdicts).toEqual(new Map());
  });

  it('remember fewer processes if there are many rules', () => {
    const many = new Set(Array.from({ length: 500 }, (_, index) => `rule_${index}`));
    for (let index = 0; index < 450; index += 1) {
      const name = `ingest-${index}`;
      windows.report(name, { boot: name, ageMs: 1000, totals: counts(1) }, many);
    }
    expect(windows.all(many).map(({ instances }) => instances)).toEqual([400, 400, 400]);
  });

  it('name the number of instances that reported in the period', () => {
    windows.report('ingest-0', { boot: 'x', ageMs: 1, totals: counts(1) }, live);
    now += 20 * minute;
    windows.report('ingest-0', { boot: 'y', ageMs: 1, totals: counts(1) }, live);
    windows.reportNew('ingest-1', counts(1), live);

    expect(windows.all(live).map(({ instances }) => instances)).toEqual([2, 2, 2]);
    now += 20 * minute;
    expect(windows.all(live).map(({ instances }) => instances)).toEqual([0, 2, 2]);
  });
});
