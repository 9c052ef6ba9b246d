import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { type ModuleId, StackWalkers } from '../src/index.js';
import { browsers, crashBrowser } from './crashed-browser.js';

/** rust-minidump's own tool walks the same minidumps; `.ci/install-peers` installs it. */
const {
  ANTENNA_TEST_MINIDUMP_STACKWALK: native,
  ANTENNA_TEST_CRASHER: crasher,
  ANTENNA_TEST_DUMP_SYMS: dumpSyms,
} = process.env;
const there = (path: string | undefined): path is string => path !== undefined && existsSync(path);
const describePrograms = there(native) && there(crasher) ? describe : describe.skip;
const describeSymbols =
  there(native) && there(crasher) && there(dumpSyms) ? describe : describe.skip;
const describeBrowser = ({ program }: { program: string }) =>
  there(native) && there(program) ? describe : describe.skip;

let work: TemporaryDirectory;
let walkers: StackWalkers;

beforeAll(async () => {
  work = await temporaryDirectory();
  await mkdir(join(work.path, 'none'));
  walkers = new StackWalkers();
});

afterAll(async () => {
  await walkers.close();
  await work.remove();
});

/** Both walk the minidump with the symbols of this directory, which may be empty. */
async function bothWalk(dump: string, symbols: string) {
  const find = async ({ debugFile, debugId }: ModuleId): Promise<{ path: string } | undefined> => {
    const path = join(symbols, debugFile, debugId, `${debugFile}.sym`);
    return existsSync(path) ? { path } : undefined;
  };
  const { walk, notes } = await walkers.walk(await readFile(dump), { symbols: { find } });
  const output = execFileSync(native ?? '', ['--json', '--symbols-path', symbols, dump], {
    maxBuffer: 1024 ** 3,
  });
  if (notes.length > 0) throw new Error(`not the whole walk: ${notes.join(', ')}`);
  return [walk, JSON.parse(output.toString()) as typeof walk].map(inOrder);
}

/** The native tool writes the limits of a process in a random order. */
function inOrder<Walk extends object>(walk: Walk): Walk {
  const { proc_limits: found } = walk as { proc_limits?: { limits: { name: string }[] } | null };
  found?.limits.sort((a, b) => a.name.localeCompare(b.name));
  return walk;
}

const kinds = ['segv', 'abort', 'trap', 'non-canonical', 'recursion'];

describePrograms('the native tool, and a crashed C program', () => {
  it.each(kinds)('walk in the same way: %s', async (kind) => {
    const dump = join(work.path, `${kind}.dmp`);
    execFileSync(crasher ?? '', [kind, dump]);
    const [ours, expected] = await bothWalk(dump, join(work.path, 'none'));

    expect(ours).toEqual(expected);
    expect(ours?.crash_info.type).toMatch(/^SIG/);
    expect(ours?.crashing_thread?.frames.length).toBeGreaterThan(3);
  });
});

/** Without symbols of the C library, no walk finds the way from `abort` back into the program's C code. */
function expectedFunctions(kind: string): readonly string[] {
  if (kind === 'abort') return ['crasher::main'];
  const between = kind === 'recursion' ? ['recurse'] : ['inlined_into_middle', 'middle'];
  return ['crash_here', ...between, 'crash'];
}

describeSymbols('the native tool, and a C program with symbols', () => {
  it.each(kinds)('walk in the same way: %s', async (kind) => {
    const [dump, symbols] = [join(work.path, `${kind}-symbols.dmp`), join(work.path, 'symbols')];
    await mkdir(symbols, { recursive: true });
    execFileSync(crasher ?? '', [kind, dump]);
    execFileSync(dumpSyms ?? '', ['--inlines', '--store', symbols, crasher ?? '']);
    const [ours, expected] = await bothWalk(dump, symbols);

    expect(ours).toEqual(expected);
    const frames = ours?.crashing_thread?.frames ?? [];
    const inlined = frames.flatMap(({ inlines }) => inlines ?? []);
    const functions = [...frames, ...inlined].map((frame) => frame.function);
    expect(functions).toEqual(expect.arrayContaining([...expectedFunctions(kind)]));
  });
});

describeBrowser(browsers.Chromium)('the native tool, and a crashed Chromium', () => {
  it('walk in the same way', async () => {
    const [ours, expected] = await bothWalkBrowser(browsers.Chromium);

    expect(ours).toEqual(expected);
    expect(ours?.threads.length).toBeGreaterThan(5);
  }, 180_000);
});

describeBrowser(browsers.Firefox)('the native tool, and a crashed Firefox', () => {
  it('walk in the same way', async () => {
    const [ours, expected] = await bothWalkBrowser(browsers.Firefox);

    expect(ours).toEqual(expected);
    expect(ours?.threads.length).toBeGreaterThan(5);
  }, 180_000);
});

async function bothWalkBrowser(browser: (typeof browsers)[keyof typeof browsers]) {
  const home = await mkdtemp(join(work.path, 'home-'));
  return bothWalk(await crashBrowser(browser, home), join(work.path, 'none'));
}
