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
  ])('turns %s into %s', (system, code, retryable) => {
    const cause = Object.assign(new Error(`${system}: no luck`), { code: system });
    expect(blobFileError('store a/b', cause)).toMatchObject({
      name: 'BlobStoreError',
      code,
      retryable,
      cause,
      message: `cannot store a/b: ${system}: no luck`,
    });
  });

  it('takes whatever was thrown', () => {
    expect(blobFileError('list', 'text')).toMatchObject({ code: 'unavailable', cause: 'text' });
  });
});
