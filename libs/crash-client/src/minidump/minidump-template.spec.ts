import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { fillWithMemoryWords, minidumpTemplate } from './minidump-template.js';

const takenAt = new Date('2026-11-20T10:00:00Z');
const platforms = ['windows', 'linux', 'mac', 'android'] as const;
const shapes = ['small', 'full'] as const;
const cases = platforms.flatMap((platform) => shapes.map((shape) => [platform, shape] as const));

function minidump(
  platform: (typeof platforms)[number],
  shape: 'small' | 'full',
  memoryBytes = 500_000,
): Buffer {
  const template = minidumpTemplate(platform, shape);
  const random = seededRandom(1);
  const memory = Buffer.alloc(memoryBytes);
  fillWithMemoryWords(memory, random);
  const start = template.start({ takenAt, processId: 4242, random, memoryBytes });
  expect(start.length + template.rest.length).toBe(template.bytes);
  return Buffer.concat([start, template.rest, memory]);
}

interface Location {
  readonly bytes: number;
  readonly at: number;
}

/** Type and location of each stream, in the order of the directory. */
function streamsOf(dump: Buffer): Map<number, Location> {
  const directory = dump.readUInt32LE(12);
  return new Map(
    Array.from({ length: dump.readUInt32LE(8) }, (_, index) => {
      const entry = directory + index * 12;
      const location = { bytes: dump.readUInt32LE(entry + 4), at: dump.readUInt32LE(entry + 8) };
      return [dump.readUInt32LE(entry), location];
    }),
  );
}

/** The entries of a stream that is a count and a list. */
function listOf(dump: Buffer, type: number, entryBytes: number): Buffer[] {
  const stream = streamsOf(dump).get(type) ?? { bytes: 0, at: 0 };
  const count = dump.readUInt32LE(stream.at);
  expect(stream.bytes).toBe(4 + count * entryBytes);
  return Array.from({ length: count }, (_, index) =>
    dump.subarray(stream.at + 4 + index * entryBytes, stream.at + 4 + (index + 1) * entryBytes),
  );
}

function stringAt(dump: Buffer, at: number): string {
  return dump.toString('utf16le', at + 4, at + 4 + dump.readUInt32LE(at));
}

describe.each(cases)('the minidump of %s, %s', (platform, shape) => {
  const dump = minidump(platform, shape);

  it('has signature, version, time, and streams that do not overlap', () => {
    expect(dump.toString('latin1', 0, 4)).toBe('MDMP');
    expect(dump.readUInt16LE(4)).toBe(0xa793);
    expect(dump.readUInt32LE(20)).toBe(takenAt.getTime() / 1000);
    const streams = streamsOf(dump);
    expect([...streams.keys()].toSorted((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 15]);
    let end = 32 + 12 * streams.size;
    for (const { bytes, at } of [...streams.values()].toSorted((a, b) => a.at - b.at)) {
      expect(at).toBeGreaterThanOrEqual(end);
      end = at + bytes;
    }
    expect(end).toBeLessThan(dump.length);
  });

  it('has memory ranges that cover the rest of the file, the first ones the stacks', () => {
    const ranges = listOf(dump, 5, 16);
    const threads = listOf(dump, 3, 48);
    let end = minidumpTemplate(platform, shape).bytes;
    for (const range of ranges) {
      expect(range.readUInt32LE(12)).toBe(end);
      end += range.readUInt32LE(8);
    }
    expect(end).toBe(dump.length);
    expect(threads.length).toBeGreaterThan(0);
    expect(threads.map((thread) => thread.subarray(24, 40))).toEqual(ranges.slice(0, -1));
  });

  it('has a context for each thread, whose stack pointer is in the stack', () => {
    const isArm = ['mac', 'android'].includes(platform);
    const contexts = listOf(dump, 3, 48).map((thread) => {
      const at = thread.readUInt32LE(44);
      expect(thread.readUInt32LE(40)).toBe(isArm ? 912 : 1232);
      return dump.readBigUInt64LE(at + (isArm ? 256 : 0x98)) - thread.readBigUInt64LE(24);
    });
    for (const depth of contexts) expect(depth).toBe(0x40n);
    const exception = streamsOf(dump).get(6) ?? { at: 0 };
    expect(dump.readUInt32LE(exception.at)).toBe(listOf(dump, 3, 48)[0]?.readUInt32LE(0));
  });

  it('names its modules, each with a CodeView record', () => {
    const modules = listOf(dump, 4, 108);
    const names = modules.map((module) => stringAt(dump, module.readUInt32LE(20)));
    expect(new Set(names).size).toBe(modules.length);
    for (const module of modules) {
      const record = dump.subarray(module.readUInt32LE(80)).subarray(0, module.readUInt32LE(76));
      expect(record.toString('latin1', 0, 4)).toBe('RSDS');
    }
    const system = streamsOf(dump).get(7) ?? { at: 0 };
    expect(stringAt(dump, dump.readUInt32LE(system.at + 24))).toMatch(/^[\w ./#-]*$/);
  });
});

describe('minidumps', () => {
  it('compress to about a third', () => {
    const dump = minidump('windows', 'full');
    expect(gzipSync(dump).length / dump.length).toBeGreaterThan(0.25);
    expect(gzipSync(dump).length / dump.length).toBeLessThan(0.4);
  });

  it('can have no memory', () => {
    const dump = minidump('linux', 'small', 0);
    expect(dump.length).toBe(minidumpTemplate('linux', 'small').bytes);
    expect(listOf(dump, 5, 16).map((range) => range.readUInt32LE(8))).toEqual([0, 0]);
  });
});
