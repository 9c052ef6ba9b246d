import { describe, expect, it } from '@jest/globals';
import { blobFileError } from './blob-file-error.js';

describe('blobFileError', () => {
  it.each([
    ['ENOSPC', 'no_space', true],
    ['EDQUOT', 'no_space', true],
    ['EACCES', 'access_denied', true],
    ['EPERM', 'access_denied', true],
    ['EROFS', 'access_denied', true],
    ['ENOTDIR', 'invalid_key', false],
    ['EISDIR', 'invalid_key', false],
    ['EIO', 'unavailable', true],
    ['EMFILE', 'unavailable', true],
  ])('maps %s to %s', (system, code, retryable) => {
    const cause = Object.assign(new Error(`${system}: no luck`), { code: system });
    expect(blobFileError('store a/b', cause)).toMatchObject({
      name: 'BlobStoreError',
      code,
      retryable,
      cause,
      message: `cannot store a/b: ${system}: no luck`,
    });
  });

  it('accepts any thrown value', () => {
    expect(blobFileError('list', 'a string')).toMatchObject({
      code: 'unavailable',
      cause: 'a string',
    });
  });
});
