/**
 * Counts the memory that annotations take, at its real cost: bytes while they arrive, two for a character of a
 * string that is not ASCII, six bytes and more for a control character once it is serialized.
 */
import { isAscii } from 'node:buffer';

import type { ByteSemaphore } from '#antenna/memory';

import { tooLarge, unavailable } from '../outcome/outcome.js';

interface AnnotationLimits {
  /** Bytes of one annotation. */
  readonly maxAnnotationBytes: number;
  /** Bytes of all annotations of a report as they were sent, names included; also the limit of a JSON part. */
  readonly maxAnnotationsBytes: number;
}

/** Above what almost all reports have. */
const largeBytes = 512 * 1024;
/** What a JSON value takes in the engine beside its characters: the worst, a number in its own notation. */
const jsonValueBytes = 128;
/** What an entry of a map takes, with its two strings, beside their characters. */
export const entryBytes = 128;

/** Counts the annotations of one report against its own limits and the budget of the process. */
export class AnnotationMemory {
  private received = 0;
  private held = 0;

  constructor(
    readonly limits: AnnotationLimits,
    private readonly shared: ByteSemaphore,
  ) {}

  /** Counts bytes that the client sent, and holds them until `release`. */
  take(bytes: number): void {
    this.receive(bytes);
    this.hold(bytes);
  }

  /** @throws RefusedReport too_large */
  receive(bytes: number): void {
    this.received += bytes;
    if (this.received > this.limits.maxAnnotationsBytes)
      throw tooLarge('all annotations together', this.limits.maxAnnotationsBytes);
  }

  /** Each step of the work on these annotations can take tens of milliseconds. */
  get isLarge(): boolean {
    return this.received > largeBytes;
  }

  /** @throws RefusedReport unavailable when other uploads use up the budget */
  hold(bytes: number): void {
    if (!this.shared.tryTake(bytes)) throw unavailable('annotation memory is exhausted');
    this.held += bytes;
  }

  free(bytes: number): void {
    this.shared.giveBack(bytes);
    this.held -= bytes;
  }

  release(): void {
    this.free(this.held);
  }
}

/** The bytes of one annotation or JSON part while they arrive: in one buffer, however small the chunks are. */
export class HeldBytes {
  /** Bytes so far, the dropped ones included. */
  size = 0;
  private buffer: Buffer = Buffer.alloc(0);
  private kept = 0;

  /** @param limit beyond which the bytes are dropped, and only counted */
  constructor(
    private readonly memory: AnnotationMemory,
    private readonly limit: number,
  ) {}

  get isDropped(): boolean {
    return this.size > this.limit;
  }

  get bytes(): Buffer {
    return this.buffer.subarray(0, this.kept);
  }

  append(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.isDropped) {
      this.free();
      return;
    }
    if (this.kept === 0) {
      this.memory.hold(chunk.length);
      this.buffer = chunk;
    } else {
      this.makeRoom(chunk.length);
      chunk.copy(this.buffer, this.kept);
    }
    this.kept += chunk.length;
  }

  /** Gives the memory back; call it when the bytes have been decoded. */
  free(): void {
    this.memory.free(this.buffer.length);
    this.buffer = Buffer.alloc(0);
    this.kept = 0;
  }

  private makeRoom(bytes: number): void {
    const needed = this.kept + bytes;
    if (needed <= this.buffer.length) return;
    const grown = Math.max(needed, Math.min(2 * needed, this.limit), 4096);
    this.memory.hold(grown);
    const larger = Buffer.allocUnsafe(grown);
    this.buffer.copy(larger, 0, 0, this.kept);
    this.memory.free(this.buffer.length);
    this.buffer = larger;
  }
}

/** What a string takes that is decoded from these bytes, at most. */
export function stringBytes(utf8: Buffer): number {
  return isAscii(utf8) ? utf8.length : 2 * utf8.length;
}

/** What is kept of the values of a JSON text. */
export interface JsonContent {
  readonly values: number;
  /** Characters that are kept beside the whole text, whose memory other values share. */
  readonly copied: number;
}

/** What the values take that were parsed from this JSON, at most. */
export function jsonBytes(json: Buffer, { values, copied }: JsonContent): number {
  const characterBytes = isAscii(json) && !json.includes('\\u') ? 1 : 2;
  return characterBytes * (json.length + copied) + values * jsonValueBytes;
}
