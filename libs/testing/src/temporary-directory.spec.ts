import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryDirectory } from './temporary-directory.js';

describe('temporaryDirectory', () => {
  it('creates a new empty directory and removes it with its contents', async () => {
    const [one, two] = await Promise.all([temporaryDirectory(), temporaryDirectory()]);
    expect(one.path).not.toBe(two.path);
    expect(await readdir(one.path)).toEqual([]);

    await writeFile(join(one.path, 'file'), 'x');
    await Promise.all([one.remove(), two.remove()]);
    await expect(access(one.path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
