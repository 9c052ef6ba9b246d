import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { isMissing, systemCode } from './system-code.js';

describe('systemCode', () => {
  it('returns the code of a failed system call', async () => {
    const error: unknown = await readFile('/no/such/file').catch((thrown: unknown) => thrown);

    expect(systemCode(error)).toBe('ENOENT');
    expect(isMissing(error)).toBe(true);
  });

  it.each([
    ['an error without a code', new Error('down')],
    ['the number of a DOMException', new DOMException('late', 'TimeoutError')],
    ['an object that is not an error', { code: 'ENOENT' }],
    ['nothing', undefined],
  ])('returns undefined for %s', (_what, thrown) => {
    expect(systemCode(thrown)).toBeUndefined();
    expect(isMissing(thrown)).toBe(false);
  });
});
