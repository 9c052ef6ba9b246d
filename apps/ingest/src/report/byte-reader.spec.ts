import { describe, expect, it } from '@jest/globals';

import { ByteReader } from './byte-reader.js';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function rest(reader: ByteReader): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of reader.chunks()) texts.push(chunk.toString());
  return texts;
}

describe('ByteReader', () => {
  it('takes a number of bytes across chunk boundaries', async () => {
    const reader = new ByteReader(chunks('ab', 'cdef', 'g'));
    expect((await reader.take(3)).toString()).toBe('abc');
    expect((await reader.take(0)).toString()).toBe('');
    expect((await reader.take(4)).toString()).toBe('defg');
  });

  it('returns fewer bytes at the end, and then none', async () => {
    const reader = new ByteReader(chunks('ab'));
    expect((await reader.take(5)).toString()).toBe('ab');
    expect((await reader.take(5)).toString()).toBe('');
    expect(await reader.next()).toBeUndefined();
  });

  it('peeks without consuming bytes', async () => {
    const reader = new ByteReader(chunks('a', 'b', 'c'));
    expect((await reader.peek(2)).toString()).toBe('ab');
    expect((await reader.peek(3)).toString()).toBe('abc');
    expect((await reader.peek(9)).toString()).toBe('abc');
    expect((await reader.take(3)).toString()).toBe('abc');
  });

  it('returns bytes that were put back before the next ones', async () => {
    const reader = new ByteReader(chunks('abc', 'def'));
    await reader.next();
    reader.unread(Buffer.from('c'));
    reader.unread(Buffer.from('b'));
    expect(await rest(reader)).toEqual(['bc', 'def']);
  });

  it('returns the remaining chunks unchanged after bytes were taken', async () => {
    const reader = new ByteReader(chunks('abc', 'def', 'ghi'));
    await reader.take(4);
    expect(await rest(reader)).toEqual(['ef', 'ghi']);
  });

  it('skips all remaining bytes', async () => {
    const reader = new ByteReader(chunks('abc', 'def'));
    await reader.take(1);
    await reader.skipAll();
    expect(await reader.next()).toBeUndefined();
  });
});
