import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { JsonValue } from '#antenna/crash-report';
import { buildProcessedCrash, namesToCopy, type ProcessedCrash } from '#antenna/processed-crash';
import { bundledSignatureLists } from '#antenna/signature-lists';
import { type StackWalk, StackWalkers } from '#antenna/stack-walker';
import { aMinidump, crashedModuleSymbols, temporaryDirectory } from '#antenna/testing';

/** What the real walker says of `aMinidump`. */
export async function walkedMinidump(
  symbols: 'with symbols' | 'without symbols',
): Promise<StackWalk> {
  const directory = await temporaryDirectory();
  const walkers = new StackWalkers({});
  try {
    const path = join(directory.path, 'game.sym');
    await writeFile(path, crashedModuleSymbols);
    const find = async () =>
      await Promise.resolve(symbols === 'with symbols' ? { path } : undefined);
    return (await walkers.walk(aMinidump(), { symbols: { find } })).walk;
  } finally {
    await walkers.close();
    await directory.remove();
  }
}

export const walk = await walkedMinidump('with symbols');

/** As the processor makes it. */
export function processedCrash(
  crashId: string,
  rawCrash: JsonValue,
  walk: StackWalk | null,
): ProcessedCrash {
  return buildProcessedCrash({
    crashId,
    rawCrash,
    dumpNames: walk ? ['upload_file_minidump'] : [],
    walked: new Map(walk ? [['upload_file_minidump', { status: 'OK', json_dump: walk }]] : []),
    notes: [],
    lists: bundledSignatureLists(),
    copied: namesToCopy(['Secret']),
    processor: { version: '0.1.0', walker: 'rust-minidump 0.27', signature_lists: 'abc' },
    startedAt: new Date('2026-11-29T10:00:01Z'),
    finishedAt: new Date('2026-11-29T10:00:02Z'),
  });
}

/** Script, an end of an attribute, bidirectional text, NUL and a character of four bytes. */
export const attack =
  '"\'><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egnp.exe\u0000\u{1F4A5}';

/** The same with an attack in every string, and nothing else. */
export function attacked<Value>(
  value: Value,
  attackAt: (path: string) => string,
  path = '',
): Value {
  if (typeof value === 'string') return attackAt(path) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.entries(value).map(([name, one]: [string, unknown]) => [
    name,
    attacked(one, attackAt, `${path}.${name}`),
  ]);
  return (Array.isArray(value) ? copy.map(([, one]) => one) : Object.fromEntries(copy)) as Value;
}
