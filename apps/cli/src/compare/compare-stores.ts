import { createHash } from 'node:crypto';
import { isJsonObject, type JsonValue, sortedJson } from '#antenna/crash-report';
import type { StoredCrash } from '#antenna/stored-crashes';
import { inParallel } from '../in-parallel.js';
import { annotationsOf, crashDifferences } from './crash-differences.js';
import type { Side } from './decided-by-chance.js';
import type { DifferenceGroups } from './difference-groups.js';
import { findCrash, type Stores } from './find-crash.js';
import { type Fingerprint, Pairing } from './pairing.js';

export interface StoresOptions {
  readonly stores: Stores;
  /** First and last date, `YYYYMMDD`. */
  readonly since: string;
  readonly until: string;
  /** Crashes that are read at the same time. */
  readonly concurrency: number;
  readonly groups: DifferenceGroups;
  readonly signal: AbortSignal;
  /** Called with the number of crashes in both stores, and then for each that is compared. */
  readonly onListed: (count: number) => void;
  readonly onCompared: (count: number) => void;
}

const sides = ['a', 'b'] as const;

/**
 * Compares what two stores have of the same reports: crashes with the same id, then those with the same dumps and
 * annotations, the same dumps, and the same annotations; of several, in the order in which they were received.
 * @returns the number of crashes that both have
 */
export async function compareStores(options: StoresOptions): Promise<number> {
  const pairing = await Pairing.create();
  return await pairing.using(async () => {
    for (const side of sides) await addCrashes(options, side, pairing);
    options.onListed(pairing.count);
    pairing.pairBySameId();
    for (const side of sides) await addFingerprints(options, side, pairing);
    pairing.pairByContent();
    addUnpaired(options, pairing);
    return await comparePairs(options, pairing);
  });
}

async function addCrashes(
  { stores, since, until, signal }: StoresOptions,
  side: Side,
  pairing: Pairing,
): Promise<void> {
  for await (const date of stores[side].dates()) {
    if (date < since || date > until) continue;
    for await (const crashId of stores[side].crashIds(date)) {
      if (signal.aborted) return;
      pairing.add(side, crashId);
    }
  }
}

async function addFingerprints(
  { stores, concurrency, groups, signal }: StoresOptions,
  side: Side,
  pairing: Pairing,
): Promise<void> {
  await inParallel(pairing.unpaired(side), concurrency, async (crashId) => {
    if (signal.aborted) return;
    const { crash, damage } = await findCrash(stores, side, crashId);
    if (damage) groups.add(damage, { [idKey[side]]: crashId });
    if (crash) pairing.setFingerprint(side, crashId, await fingerprintOf(crash));
  });
}

async function fingerprintOf(crash: StoredCrash): Promise<Fingerprint> {
  const dumps: string[] = [];
  for (const name of crash.dumpNames) {
    const { bytes } = await crash.readDump(name);
    if (bytes !== undefined && bytes.length > 0) dumps.push(hash(bytes));
  }
  return {
    dumps: dumps.length === 0 ? undefined : hash(dumps.toSorted().join()),
    annotations: hash(sortedJson(annotationsOf(crash.rawCrash))),
    receivedAt: receivedAt(crash.rawCrash),
  };
}

function receivedAt(rawCrash: JsonValue): string {
  const time = isJsonObject(rawCrash) ? rawCrash['submitted_timestamp'] : undefined;
  return typeof time === 'string' ? time : '';
}

function hash(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('base64');
}

const idKey = { a: 'crashIdA', b: 'crashIdB' } as const;
const onlyIn = { a: 'only_in_a', b: 'only_in_b' } as const;

function addUnpaired({ groups, signal, onCompared }: StoresOptions, pairing: Pairing): void {
  if (signal.aborted) return;
  for (const side of sides) {
    for (const crashId of pairing.unpaired(side)) {
      groups.add(
        { kind: onlyIn[side], subject: `20${crashId.slice(-6)}` },
        { [idKey[side]]: crashId },
      );
      onCompared(1);
    }
  }
}

async function comparePairs(
  { stores, concurrency, groups, signal, onCompared }: StoresOptions,
  pairing: Pairing,
): Promise<number> {
  let compared = 0;
  await inParallel(pairing.pairs(), concurrency, async (ids) => {
    if (signal.aborted) return;
    const occurrence = { crashIdA: ids.a, crashIdB: ids.b };
    const [{ crash: a, damage: damageA }, { crash: b, damage: damageB }] = await Promise.all([
      findCrash(stores, 'a', ids.a),
      findCrash(stores, 'b', ids.b),
    ]);
    // One that was deleted meanwhile, by a lifecycle rule perhaps, is not a difference.
    const found = a && b ? await crashDifferences(a, b) : [damageA, damageB];
    for (const difference of found) if (difference) groups.add(difference, occurrence);
    compared += a && b ? 1 : 0;
    onCompared(2);
  });
  return compared;
}
