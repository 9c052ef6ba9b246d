import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { sampleMinidump } from '#antenna/crash-client';
import { mutate } from '#antenna/report-corpus';
import { StackWalkError, StackWalkers } from '#antenna/stack-walker';
import { bombDump, type SeededRandom } from '#antenna/testing';

import { FuzzRun } from './fuzz-run.js';

const deadlineMs = 10_000;
/** Some input makes rust-minidump panic, which ends the instance, but not the thread. */
const expectedCodes = ['unreadable', 'memory', 'deadline', 'result_too_large', 'crash'];

/** Offsets, sizes and counts that a hostile minidump has. */
const numbers = [0, 1, 4, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff] as const;
const tokens = numbers.map((number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes.toString('latin1');
});

describe('mutated minidumps', () => {
  let walkers: StackWalkers;

  beforeAll(() => {
    walkers = new StackWalkers({ workers: 2, deadlineMs });
  });

  afterAll(async () => {
    await walkers.close();
  });

  it('are walked or refused; a thread that had to be stopped is replaced', async () => {
    const intact = sampleMinidump({ dumpBytes: 24 * 1024 });
    const originals = [intact, bombDump(20, 20)] as const;
    const outcomes = new Map<string, number>();
    const count = (outcome: string): void =>
      void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);

    await FuzzRun.of('minidumps', 5).each(2, async (random) => {
      const bytes = mutateFields(mutate(random.oneOf(originals), random, tokens), random);
      await walkers.walk(bytes).then(
        ({ walk }) => count(walk.status),
        (error: unknown) => {
          if (!(error instanceof StackWalkError)) throw error;
          expect(expectedCodes).toContain(error.code);
          count(error.code);
        },
      );
    });

    process.stderr.write(`fuzz: minidumps: ${JSON.stringify([...outcomes])}\n`);
    expect(walkers.replaced).toBe(outcomes.get('deadline') ?? 0);
    await expect(walkers.walk(intact)).resolves.toMatchObject({ walk: { status: 'OK' } });
  });
});

/** Writes a number or a small change into up to three aligned fields, most of them in the first KiB: header and directory. */
function mutateFields(original: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(original);
  for (let count = random.below(4); count > 0 && bytes.length >= 8; count -= 1) {
    const end = random.below(3) === 0 ? bytes.length : Math.min(bytes.length, 1024);
    const at = random.below(Math.floor(end / 4)) * 4;
    if (random.below(2) === 0) bytes.writeUInt32LE(random.oneOf(numbers), at);
    else bytes.writeUInt32LE((bytes.readUInt32LE(at) + random.below(257) - 128) >>> 0, at);
  }
  return bytes;
}
