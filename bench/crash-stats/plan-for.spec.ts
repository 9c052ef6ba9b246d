import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import { planFor, planWords } from './plan-for.js';

it('docs/capacity.md has the plan of a cluster, from what it says that a crash costs', () => {
  const page = readFileSync('docs/capacity.md', 'utf8').replaceAll(/\s+/g, ' ');
  const [, bytes, cpuMs] = /takes (\d+) bytes and ([\d.]+) ms of CPU/.exec(page) ?? [];
  const plan = planFor(30, 180, { bytes: Number(bytes), cpuMs: Number(cpuMs) });
  expect(page).toContain(planWords(plan));
});

it('divides an index into shards of at most 30 GiB, and gives heap for them', () => {
  const plan = planFor(4500, 180, { bytes: 500, cpuMs: 1 });
  expect(plan.shardGiB).toBeLessThanOrEqual(30);
  expect(plan.shardGiB * plan.shardsOfIndex).toBeCloseTo((4500 * 604_800 * 500) / 2 ** 30);
  expect(plan.heapGiB * 20 * 3).toBeGreaterThanOrEqual(plan.shards);
});
