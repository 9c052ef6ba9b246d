import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { nodeFlagsOf } from './node-flags.js';

describe('nodeFlagsOf', () => {
  it.each(['start', 'start:ingest', 'start:crashmover'])(
    'are those of npm run %s',
    async (script) => {
      expect(await nodeFlagsOf(script)).toEqual([
        expect.stringMatching(/^--max-semi-space-size=\d+$/),
        expect.stringMatching(/^--heap-growing-percent=\d+$/),
      ]);
    },
  );

  it('returns none for a script without flags', async () => {
    expect(await nodeFlagsOf('start:throttle-config')).toEqual([]);
  });

  it('equals the flags of the images', async () => {
    const dockerfile = await readFile('Dockerfile', 'utf8');
    const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
    expect(['node', ...(await nodeFlagsOf('start:ingest'))]).toEqual(JSON.parse(entrypoint));
  });

  it('throws for a script that starts no service', async () => {
    await expect(nodeFlagsOf('lint')).rejects.toThrow('no script lint');
  });
});
