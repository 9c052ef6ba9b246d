import { describe, expect, it } from '@jest/globals';

import { EnvelopeWriter } from '#antenna/crash-report';
import { ByteSemaphore } from '#antenna/memory';

import { AnnotationMemory, HeldBytes, jsonBytes, stringBytes } from './annotation-memory.js';
import { CollectedAnnotations } from './collected-annotations.js';
import { ReportAssembler } from './report-assembler.js';

const limits = { maxAnnotationBytes: 1000, maxAnnotationsBytes: 100_000 };

describe('AnnotationMemory', () => {
  it('takes nothing from the shared budget when not all of it fits', () => {
    const budget = new ByteSemaphore(100);
    const memory = new AnnotationMemory(limits, budget);
    memory.take(60);
    expect(() => memory.take(41)).toThrow('unavailable: annotation memory is exhausted');
    memory.take(40);
    expect(budget.tryTake(1)).toBe(false);
  });

  it('returns all its bytes to the shared budget, once', () => {
    const budget = new ByteSemaphore(100);
    const memory = new AnnotationMemory(limits, budget);
    memory.take(60);
    memory.release();
    memory.release();
    expect(budget.tryTake(100)).toBe(true);
    expect(budget.tryTake(1)).toBe(false);
  });

  it('limits what one report sends, whatever it holds', () => {
    const memory = new AnnotationMemory(limits, new ByteSemaphore(1_000_000));
    memory.receive(99_999);
    memory.hold(500_000);
    expect(() => memory.receive(2)).toThrow('too_large');
  });
});

describe('HeldBytes', () => {
  it('keeps the bytes of many small chunks in one buffer, and counts its size', () => {
    const budget = new ByteSemaphore(200_000);
    const memory = new AnnotationMemory(limits, budget);
    const held = new HeldBytes(memory, 50_000);
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
    for (const at of bytes.keys()) held.append(bytes.subarray(at, at + 1));
    expect(held.bytes.equals(bytes)).toBe(true);
    expect(budget.tryTake(150_001)).toBe(false);
    held.free();
    expect(budget.tryTake(200_000)).toBe(true);
  });

  it('drops its bytes beyond the limit', () => {
    const budget = new ByteSemaphore(200_000);
    const memory = new AnnotationMemory(limits, budget);
    const held = new HeldBytes(memory, 1000);
    for (let chunks = 0; chunks < 500; chunks += 1) held.append(Buffer.alloc(700));
    expect(held.isDropped).toBe(true);
    expect(held.size).toBe(350_000);
    expect(budget.tryTake(200_000)).toBe(true);
  });
});

describe('the cost of decoded annotations', () => {
  it.each([
    ['abc', 3],
    ['é', 4],
    ['\u0101\x01', 6],
  ])('is, for the string %j, %i bytes', (text, bytes) => {
    expect(stringBytes(Buffer.from(text))).toBe(bytes);
  });

  it('includes two bytes for each character of JSON with escapes', () => {
    const noCopies = { values: 1, copied: 0 };
    expect(jsonBytes(Buffer.from('{"A":"b"}'), noCopies)).toBe(9 + 128);
    expect(jsonBytes(Buffer.from(String.raw`{"A":"\u0101"}`), noCopies)).toBe(2 * 14 + 128);
  });

  it('includes the JSON and the values with escapes, while other values share its memory', () => {
    const budget = new ByteSemaphore(200_000);
    const memory = new AnnotationMemory({ ...limits, maxAnnotationBytes: 50_000 }, budget);
    const annotations = new CollectedAnnotations({ maxDepth: 2, maxValues: 10 });
    const envelope = new EnvelopeWriter({ append: () => undefined, patch: () => undefined });
    const assembler = new ReportAssembler(annotations, envelope, memory, 0);
    const json = JSON.stringify({ A: 'a'.repeat(10_000), B: `\n${'b'.repeat(20_000)}` });
    assembler.partBegin({
      name: 'extra',
      filename: undefined,
      contentType: 'application/json',
      charset: undefined,
    });
    assembler.partData(Buffer.from(json));
    assembler.partEnd();
    const held = json.length + 20_001 + 3 * 128;
    expect(budget.tryTake(200_000 - held + 1)).toBe(false);
    expect(budget.tryTake(200_000 - held)).toBe(true);
  });
});
