import type { SeededRandom } from '../seeded-random.js';
import { minidumpModules } from './minidump-modules.js';
import { type MinidumpPlatform, type PlatformFacts, platforms } from './platforms.js';

export type { MinidumpPlatform } from './platforms.js';

/**
 * All of a minidump (Microsoft, minidumpapiset.h) but its memory: header, directory, and the streams SystemInfo,
 * MiscInfo, Exception, ThreadList, MemoryList and ModuleList. The memory follows, so that a caller can send any bytes
 * as memory without copying them.
 */
export interface MinidumpTemplate {
  /** Size without memory, in bytes. */
  readonly bytes: number;
  /** The part that is the same in each minidump: thread contexts and modules. It follows the start. */
  readonly rest: Buffer;
  /** The part that differs: what precedes {@link rest}. */
  start(crash: MinidumpCrash): Buffer;
}

interface MinidumpCrash {
  readonly takenAt: Date;
  readonly processId: number;
  readonly random: SeededRandom;
  /** Size of the memory that follows: a stack for each thread, then the heap. */
  readonly memoryBytes: number;
}

/** MINIDUMP_HEADER, MINIDUMP_DIRECTORY and the streams of fixed size. */
const sizes = {
  header: 32,
  entry: 12,
  system: 56,
  misc: 24,
  exception: 168,
  thread: 48,
  range: 16,
};
const streams = { threads: 3, modules: 4, memory: 5, exception: 6, system: 7, misc: 15 };
const streamCount = Object.keys(streams).length;
const formatVersion = 0xa793;
const maxStackBytes = 64 * 1024;
/** Upper half of most addresses in a 64-bit process's modules. */
const moduleAddressHigh = 0x7ffb;

/** @param shape `small` has one thread and few modules, about 4 KB; `full` is what a browser has, about 60 KB */
export function minidumpTemplate(
  platform: MinidumpPlatform,
  shape: 'small' | 'full',
): MinidumpTemplate {
  const facts = platforms[platform];
  const threads = shape === 'full' ? 32 : 1;
  const systemAt = sizes.header + streamCount * sizes.entry;
  const miscAt = systemAt + sizes.system;
  const exceptionAt = miscAt + sizes.misc;
  const threadsAt = exceptionAt + sizes.exception;
  const threadsBytes = 4 + threads * sizes.thread;
  const memoryAt = threadsAt + threadsBytes;
  const memoryBytes = 4 + (threads + 1) * sizes.range;
  const contextsAt = memoryAt + memoryBytes;
  const modulesAt = contextsAt + threads * facts.context.bytes;
  const modules = minidumpModules(facts, { at: modulesAt, most: shape === 'full' ? 200 : 4 });
  const end = modulesAt + modules.bytes.length;

  const front = Buffer.alloc(contextsAt);
  front.write('MDMP', 0, 'latin1');
  front.writeUInt32LE(formatVersion, 4);
  front.writeUInt32LE(streamCount, 8);
  front.writeUInt32LE(sizes.header, 12);
  const directory: [type: number, bytes: number, at: number][] = [
    [streams.system, sizes.system, systemAt],
    [streams.misc, sizes.misc, miscAt],
    [streams.exception, sizes.exception, exceptionAt],
    [streams.threads, threadsBytes, threadsAt],
    [streams.memory, memoryBytes, memoryAt],
    [streams.modules, modules.listBytes, modulesAt],
  ];
  for (const [index, entry] of directory.entries()) {
    for (const [field, value] of entry.entries())
      front.writeUInt32LE(value, sizes.header + index * sizes.entry + field * 4);
  }
  writeSystem(front, systemAt, facts, modules.servicePackAt);
  front.writeUInt32LE(sizes.misc, miscAt);
  front.writeUInt32LE(1, miscAt + 4);

  const start = ({ takenAt, processId, random, memoryBytes: total }: MinidumpCrash): Buffer => {
    const bytes = Buffer.from(front);
    const seconds = Math.floor(takenAt.getTime() / 1000);
    bytes.writeUInt32LE(seconds, 20);
    bytes.writeUInt32LE(processId, miscAt + 8);
    bytes.writeUInt32LE(seconds - 60, miscAt + 12);
    const stackBytes = Math.min(maxStackBytes, Math.floor(total / (threads + 1) / 16) * 16);
    bytes.writeUInt32LE(threads, threadsAt);
    bytes.writeUInt32LE(threads + 1, memoryAt);
    for (let index = 0; index <= threads; index += 1) {
      const isHeap = index === threads;
      const range = memoryRange({
        address: isHeap
          ? 0x0000_0200_0000_0000n
          : 0x0000_0010_0000_0000n + BigInt(index) * 0x10_0000n,
        bytes: isHeap ? total - threads * stackBytes : stackBytes,
        at: end + index * stackBytes,
      });
      range.copy(bytes, memoryAt + 4 + index * sizes.range);
      if (isHeap) break;
      const thread = threadsAt + 4 + index * sizes.thread;
      bytes.writeUInt32LE(processId + 4 + index * 4, thread);
      range.copy(bytes, thread + 24);
      bytes.writeUInt32LE(facts.context.bytes, thread + 40);
      bytes.writeUInt32LE(contextsAt + index * facts.context.bytes, thread + 44);
    }
    writeException(bytes, exceptionAt, { facts, processId, random, contextAt: contextsAt });
    return bytes;
  };
  const contexts = threadContexts(facts, threads);
  return { bytes: end, rest: Buffer.concat([contexts, modules.bytes]), start };
}

function writeSystem(bytes: Buffer, at: number, facts: PlatformFacts, servicePackAt: number): void {
  bytes.writeUInt16LE(facts.processorArchitecture, at);
  bytes.writeUInt16LE(6, at + 2);
  bytes.writeUInt16LE(0x9a03, at + 4);
  bytes.writeUInt8(8, at + 6);
  bytes.writeUInt8(1, at + 7);
  for (const [index, value] of facts.version.entries())
    bytes.writeUInt32LE(value, at + 8 + index * 4);
  bytes.writeUInt32LE(facts.platformId, at + 20);
  bytes.writeUInt32LE(servicePackAt, at + 24);
  bytes.write('GenuineIntel', at + 32, 'latin1');
}

function writeException(
  bytes: Buffer,
  at: number,
  crash: { facts: PlatformFacts; processId: number; random: SeededRandom; contextAt: number },
): void {
  bytes.writeUInt32LE(crash.processId + 4, at);
  bytes.writeUInt32LE(crash.facts.exceptionCode, at + 8);
  bytes.writeUInt32LE(crash.random.below(2 ** 32), at + 24);
  bytes.writeUInt32LE(moduleAddressHigh, at + 28);
  bytes.writeUInt32LE(2, at + 32);
  bytes.writeUInt32LE(crash.random.below(2 ** 16), at + 48);
  bytes.writeUInt32LE(crash.facts.context.bytes, at + 160);
  bytes.writeUInt32LE(crash.contextAt, at + 164);
}

function memoryRange(range: { address: bigint; bytes: number; at: number }): Buffer {
  const bytes = Buffer.alloc(sizes.range);
  bytes.writeBigUInt64LE(range.address);
  bytes.writeUInt32LE(range.bytes, 8);
  bytes.writeUInt32LE(range.at, 12);
  return bytes;
}

function threadContexts({ context }: PlatformFacts, threads: number): Buffer {
  const bytes = Buffer.alloc(threads * context.bytes);
  for (let index = 0; index < threads; index += 1) {
    const at = index * context.bytes;
    bytes.writeUInt32LE(context.flags, at + context.flagsAt);
    bytes.writeUInt32LE(0x40 + index * 0x10_0000, at + context.stackPointerAt);
    bytes.writeUInt32LE(0x10, at + context.stackPointerAt + 4);
    bytes.writeUInt32LE(0x1000 + index * 16, at + context.instructionPointerAt);
    bytes.writeUInt32LE(moduleAddressHigh, at + context.instructionPointerAt + 4);
  }
  return bytes;
}

/**
 * Fills zeroed bytes with 64-bit words as stacks have them: most of them zero, repeated addresses, or small numbers.
 * They compress to about a third.
 */
export function fillWithMemoryWords(bytes: Buffer, random: SeededRandom): void {
  const addresses = Array.from({ length: 512 }, () => random.below(2 ** 32));
  for (let offset = 0; offset + 8 <= bytes.length; offset += 8) {
    const kind = random.below(100);
    if (kind < 40) continue;
    if (kind < 72) {
      bytes.writeUInt32LE(addresses[random.below(addresses.length)] ?? 0, offset);
      bytes.writeUInt32LE(moduleAddressHigh, offset + 4);
    } else if (kind < 90) {
      bytes.writeUInt32LE(random.below(2 ** 16), offset);
    } else {
      bytes.writeUInt32LE(random.below(2 ** 32), offset);
      bytes.writeUInt32LE(random.below(2 ** 32), offset + 4);
    }
  }
}
