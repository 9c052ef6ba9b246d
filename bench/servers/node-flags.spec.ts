import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { nodeFlagsOf } from './node-flags.js';

describe('the flags that a service is started with', () => {
  it.each(['start', 'start:ingest', 'start:crashmover'])(
    'are those of npm run %s',
    async (script) => {
      expect(await nodeFlagsOf(script)).toEqual([
        expect.stringMatching(/^--max-semi-space-size=\d+$/),
        expect.stringMatching(/^--heap-growing-percent=\d+$/),
      ]);
    },
  );

  it('are none where the script gives none', async () => {
    expect(await nodeFlagsOf('start:throttle-config')).toEqual([]);
  });

  it('are those of the images', async () => {
    const dockerfile = await readFile('Dockerfile', 'utf8');
    const entrypoint = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]';
    expect(['node', ...(await nodeFlagsOf('start:ingest'))]).toEqual(JSON.parse(entrypoint));
  });

  it('cannot be had of a script that starts nothing', async () => {
    await expect(nodeFlagsOf('lint')).rejects.toThrow('no script lint');
  });
});
