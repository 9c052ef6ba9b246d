import type { IndexedFacts } from '#antenna/crash-index';
import type { StoredCrashes } from '#antenna/stored-crashes';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf, formatTable } from '../human-units.js';
import type { CrashColumn } from './crash-columns.js';
import { type CrashFilter, stringOf } from './crash-filter.js';
import { type ExaminedCrash, examined, inBatches } from './examined-crashes.js';
import { newestFirst } from './listed-day.js';

export interface ListChoice {
  readonly filter: CrashFilter;
  readonly columns: readonly CrashColumn[];
  readonly limit: number;
  readonly json: boolean;
  readonly findProcessed: (crashId: string) => Promise<IndexedFacts | undefined>;
  readonly matchesSignature: ((signature: string | undefined) => boolean) | undefined;
}

/** Rows that are printed at once. */
const rowsAtOnce = 100;

/** Prints the crashes that pass the filter, newest first, as they are found. */
export async function listCrashes(
  crashes: StoredCrashes,
  { filter, columns, limit, json, findProcessed, matchesSignature }: ListChoice,
  { stdout, stderr, interrupted }: CliContext,
): Promise<void> {
  const damaged: string[] = [];
  const dates = await Array.fromAsync(crashes.dates(filter.range));
  const readsProcessed =
    matchesSignature !== undefined || columns.some(({ reads }) => reads === 'processed');
  const found = examined(crashes, newestFirst(crashes, dates, interrupted), filter, {
    readsRawCrash: columns.some(({ reads }) => reads === 'rawCrash'),
    findProcessed: readsProcessed ? findProcessed : undefined,
    matchesSignature,
    onDamaged: (message) => damaged.push(message),
  });
  const widths: number[] = [];
  let table: string[][] = json ? [] : [columns.map(({ name }) => name)];
  let count = 0;
  for await (const batch of inBatches(upTo(limit, found, interrupted), rowsAtOnce)) {
    count += batch.length;
    if (json) await print(stdout, batch.map((crash) => `${jsonOf(crash, columns)}\n`).join(''));
    else await print(stdout, formatTable([...table, ...batch.map(rowOf(columns))], { widths }));
    table = [];
  }
  for (const message of damaged) await printLine(stderr, message);
  if (count === 0 && !json) await printLine(stderr, 'no crashes found');
  if (interrupted.aborted) throw new CliError('interrupted; there may be more crashes', 130);
  if (damaged.length > 0) {
    const count = countOf(damaged.length, 'raw crash is', 'raw crashes are');
    throw new CliError(`${count} damaged`);
  }
}

async function* upTo<T>(
  limit: number,
  items: AsyncIterable<T>,
  interrupted: AbortSignal,
): AsyncGenerator<T> {
  let count = 0;
  for await (const item of items) {
    yield item;
    count += 1;
    if (count >= limit || interrupted.aborted) return;
  }
}

function rowOf(columns: readonly CrashColumn[]): (crash: ExaminedCrash) => string[] {
  return (crash) => columns.map(({ valueOf }) => stringOf(valueOf(crash)) || '-');
}

function jsonOf(crash: ExaminedCrash, columns: readonly CrashColumn[]): string {
  return JSON.stringify(
    Object.fromEntries(columns.map(({ name, valueOf }) => [name, valueOf(crash) ?? null])),
  );
}
