import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ForwardState } from './forward-state.js';

const url = new URL('https://user:secret@stage.example.org/submit');
const [first, second] = [
  'de1bb258-cbbf-4589-a673-34f800261120',
  'de1bb258-cbbf-4589-a673-34f810261120',
] as const;
const header = 'antenna-forward-1 https://stage.example.org/submit\n';
let directory: TemporaryDirectory;
let file: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'state');
});

afterEach(() => directory.remove());

async function withState<T>(action: (state: ForwardState) => T | Promise<T>): Promise<T> {
  const state = await ForwardState.open(file, url);
  try {
    return await action(state);
  } finally {
    await state.close();
  }
}

const knows = () => withState((state) => [first, second].map((id) => state.isDone(id)));

describe('ForwardState', () => {
  it('remembers what was recorded, without the password of the target', async () => {
    await withState(async (state) => {
      await Promise.all([state.record(first), state.record(second)]);
    });
    expect(await readFile(file, 'utf8')).toBe(`${header}${first}\n${second}\n`);
    expect(await knows()).toEqual([true, true]);
  });

  it.each(['', header.slice(0, 20), header])(
    'starts anew when it was killed after %j',
    async (left) => {
      await writeFile(file, left);
      expect(await knows()).toEqual([false, false]);
      expect(await readFile(file, 'utf8')).toBe(header);
    },
  );

  it('forgets a line that was not written completely', async () => {
    await withState(async (state) => await state.record(first));
    await appendFile(file, second.slice(0, 20));
    expect(await knows()).toEqual([true, false]);
    await withState(async (state) => await state.record(second));
    expect(await readFile(file, 'utf8')).toBe(`${header}${first}\n${second}\n`);
  });

  it.each([
    ['antenna-forward-1 https://other.example.org/submit\n', 'is the state of a run to https://o'],
    ['de1bb258\n', 'is not a state file of antenna forward'],
    [`${header}hello\n`, ':2: not a crash id'],
    ['a file of the user', 'is not a state file of antenna forward'],
    ['line\nrest', 'is not a state file of antenna forward'],
    [`${header}hello`, 'is not a state file of antenna forward'],
    ['antenna-forward-1 https://other.exam', 'is not a state file of antenna forward'],
  ])('refuses a file with %j', async (content, message) => {
    await writeFile(file, content);
    await expect(ForwardState.open(file, url)).rejects.toThrow(message);
    expect(await readFile(file, 'utf8')).toBe(content);
  });

  it('names a file that cannot be opened', async () => {
    await expect(ForwardState.open(directory.path, url)).rejects.toThrow(
      `cannot use the state file ${directory.path}: EISDIR`,
    );
  });
});
