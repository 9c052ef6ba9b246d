import { createHash, createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { Sha256 } from './sha256.js';

async function hex(hash: Sha256, data: string): Promise<string> {
  hash.update(Buffer.from(data));
  return Buffer.from(await hash.digest()).toString('hex');
}

describe('Sha256', () => {
  it('hashes, also again after a reset', async () => {
    const expected = createHash('sha256').update('abc').digest('hex');
    const hash = new Sha256();
    expect(await hex(hash, 'abc')).toBe(expected);
    hash.reset();
    expect(await hex(hash, 'abc')).toBe(expected);
  });

  const bytes = Buffer.from('a signing key');
  it.each([
    ['a string', bytes.toString()],
    ['another string', 'another key'],
    ['the first string again', bytes.toString()],
    ['a view', bytes],
    ['the same view again', bytes],
    ['an array buffer', Uint8Array.from(bytes).buffer],
  ])('computes the HMAC with %s as its key', async (_, secret) => {
    const key = typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array);
    const expected = createHmac('sha256', key).update('data').digest('hex');
    expect(await hex(new Sha256(secret), 'data')).toBe(expected);
  });
});
