import {
  type EvaluationCost,
  type ShadowCounts,
  shadowLimits,
  type VerdictChanges,
  verdicts,
} from '#antenna/throttle';

import type { ShadowChangeAnswer, ShadowCostAnswer, ShadowProductAnswer } from './shadow.dto.js';

/** The sums of the counts of all ingest processes. */
export interface ShadowTotals {
  readonly reports: number;
  readonly evaluated: number;
  readonly changed: number;
  readonly verdicts: readonly ShadowChangeAnswer[];
  readonly decided: ReadonlyMap<string, number>;
  readonly errors: ReadonlyMap<string, number>;
  /** The first ones by the number of reports, as many as one process can have. */
  readonly products: readonly ShadowProductAnswer[];
  readonly cost: { readonly live: ShadowCostAnswer; readonly draft: ShadowCostAnswer };
}

/** Adds up cumulative counts, of which there is one for each process: the sums are exact whatever posts were lost. */
export function shadowTotals(counts: readonly ShadowCounts[]): ShadowTotals {
  const evaluated = sumOf(counts.map((count) => count.evaluated));
  const verdicts = changesOf(counts.map((count) => count.verdicts));
  const costs = counts.map(({ cost }) => cost);
  return {
    reports: sumOf(counts.map(({ reports }) => reports)),
    evaluated,
    changed: changedOf(verdicts),
    verdicts,
    decided: sumByName(counts.map(({ decided }) => decided)),
    errors: sumByName(counts.map(({ errors }) => errors)),
    products: productsOf(counts),
    cost: {
      live: costOf(evaluated, ...costs.map(({ live }) => live)),
      draft: costOf(evaluated, ...costs.map(({ draft }) => draft)),
    },
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function sumByName(parts: readonly Readonly<Record<string, number>>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const part of parts)
    for (const [name, count] of Object.entries(part)) sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** A verdict of a newer ingest, which this version does not know, is left out. */
function changesOf(parts: readonly VerdictChanges[]): ShadowChangeAnswer[] {
  return verdicts
    .flatMap((live) =>
      verdicts.map((draft) => {
        const reports = sumOf(parts.map((part) => part[live]?.[draft] ?? 0));
        return { live, draft, reports };
      }),
    )
    .filter(({ reports }) => reports > 0)
    .toSorted((left, right) => right.reports - left.reports);
}

function changedOf(verdicts: readonly ShadowChangeAnswer[]): number {
  const changed = verdicts.filter(({ live, draft }) => live !== draft);
  return sumOf(changed.map(({ reports }) => reports));
}

function productsOf(counts: readonly ShadowCounts[]): ShadowProductAnswer[] {
  const rows = Map.groupBy(
    counts.flatMap(({ products }) => products),
    ({ product, channel }) => `${product}\n${channel}`,
  );
  return Array.from(rows.values(), (parts) => {
    const { product = '', channel = '' } = parts[0] ?? {};
    const verdicts = changesOf(parts.map((part) => part.verdicts));
    const evaluated = sumOf(verdicts.map(({ reports }) => reports));
    return { product, channel, evaluated, changed: changedOf(verdicts), verdicts };
  })
    .toSorted((left, right) => right.evaluated - left.evaluated)
    .slice(0, shadowLimits.products);
}

function costOf(evaluated: number, ...costs: readonly EvaluationCost[]): ShadowCostAnswer {
  const totalUs = sumOf(costs.map((cost) => cost.totalUs));
  return {
    meanUs: evaluated === 0 ? 0 : Math.round(totalUs / evaluated),
    maxUs: Math.max(0, ...costs.map(({ maxUs }) => maxUs)),
  };
}
