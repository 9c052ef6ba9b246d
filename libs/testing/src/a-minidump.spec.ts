import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { aMinidump, crashedModuleSymbols } from './a-minidump.js';

const example = async (name: string): Promise<Buffer> =>
  await readFile(new URL(`../../../examples/${name}`, import.meta.url));

describe('the examples of the README', () => {
  it('are the minidump of the specs and its symbols', async () => {
    expect(await example('game.dmp')).toEqual(aMinidump());
    expect((await example('game.sym')).toString()).toBe(crashedModuleSymbols);
  });
});
