import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sampleMinidump } from '#antenna/crash-client';
import { bombDump, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { type ModuleId, StackWalkers, type StackWalkersOptions } from './index.js';

const mebibyte = 1024 * 1024;
const dump = sampleMinidump({ dumpBytes: 64 * 1024 });

let pool: StackWalkers | undefined;
const walkers = (options: Partial<StackWalkersOptions> = {}): StackWalkers =>
  (pool = new StackWalkers(options));

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await pool?.close();
  await directory.remove();
});

describe('StackWalkers', () => {
  it('tells reason, threads and modules of a minidump', async () => {
    const { walk, notes } = await walkers().walk(dump);

    expect(notes).toEqual([]);
    expect(walk.status).toBe('OK');
    expect(walk.system_info).toMatchObject({ os: 'Windows NT', cpu_arch: 'amd64' });
    expect(walk.crash_info).toMatchObject({
      type: 'EXCEPTION_ACCESS_VIOLATION_READ',
      crashing_thread: 0,
    });
    expect(walk.crashing_thread?.frames[0]).toMatchObject({
      module: 'firefox.exe',
      module_offset: '0x0000000000001000',
      trust: 'context',
      missing_symbols: true,
    });
    expect(walk.threads.length).toBe(walk.thread_count);
    expect(walk.modules.map(({ filename }) => filename)).toContain('xul.dll');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('<html>')],
    ['a header alone', dump.subarray(0, 32)],
  ])('refuses %s as unreadable', async (_name, bytes) => {
    await expect(walkers().walk(bytes)).rejects.toMatchObject({
      code: 'unreadable',
      retryable: false,
    });
  });

  it('gives the same answer each time', async () => {
    const pool = walkers({ workers: 2 });
    const answers = await Promise.all([1, 2, 3].map(async () => pool.walk(dump)));

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('names the walker with the hash of its file, which is the recorded one', async () => {
    const file = await readFile('libs/stack-walker/walker.wasm');
    const hash = createHash('sha256').update(file).digest('hex');
    const lock = await readFile('libs/stack-walker/walker/Cargo.lock', 'utf8');
    const [, version] = /name = "minidump-processor"\nversion = "([^"]+)"/.exec(lock) ?? [];

    expect(walkers().version).toBe(`rust-minidump ${version} (${hash.slice(0, 12)})`);
    expect(await readFile('libs/stack-walker/walker.wasm.sha256', 'utf8')).toBe(
      `${hash}  walker.wasm\n`,
    );
  });
});

const text = ({ debugId }: ModuleId): string =>
  [
    `MODULE windows x86_64 ${debugId} firefox.exe.pdb`,
    'FILE 0 src/start.cpp',
    'FUNC 1000 100 0 start(int, char**)',
    '1000 100 42 0',
    '',
  ].join('\n');

describe('symbols', () => {
  it('are asked for modules on a stack only, once, and name functions, files and lines', async () => {
    const asked: ModuleId[] = [];
    const { walk, notes } = await walkers().walk(dump, {
      symbols: {
        find: async (module) => {
          asked.push(module);
          if (module.debugFile !== 'firefox.exe.pdb') return undefined;
          const path = join(directory.path, 'firefox.sym');
          await writeFile(path, text(module));
          return { path };
        },
      },
    });

    expect(notes).toEqual([]);
    expect(walk.crashing_thread?.frames[0]).toMatchObject({
      function: 'start(int, char**)',
      file: 'src/start.cpp',
      line: 42,
      missing_symbols: false,
    });
    const onStacks = new Set(
      walk.threads.flatMap(({ frames }) => frames.map(({ module }) => module)),
    );
    const files = walk.modules.filter(({ filename }) => onStacks.has(filename));
    expect(new Set(asked.map(({ debugFile }) => debugFile))).toEqual(
      new Set(files.map(({ debug_file }) => debug_file)),
    );
    expect(new Set(asked.map((module) => JSON.stringify(module))).size).toBe(asked.length);
    expect(walk.modules.find(({ filename }) => filename === 'firefox.exe')).toMatchObject({
      loaded_symbols: true,
      missing_symbols: false,
    });
  });

  it.each([
    [
      'are too large',
      { symbolBytes: 100 },
      /^symbols of firefox\.exe\.pdb: \d+ bytes, but 100 of 100 are left$/,
    ],
    [
      'need too much memory',
      { memoryBytes: 3 * mebibyte },
      /^symbols: not used: the walk needs more than 3 MiB$/,
    ],
  ])('are not used if they %s, which a note says', async (_name, options, note) => {
    const path = join(directory.path, 'firefox.sym');
    const find = async (module: ModuleId): Promise<{ path: string } | undefined> => {
      if (module.debugFile !== 'firefox.exe.pdb') return undefined;
      await writeFile(path, `${text(module)}${'PUBLIC 2000 0 another_function\n'.repeat(200_000)}`);
      return { path };
    };
    const { walk, notes } = await walkers(options).walk(dump, { symbols: { find } });

    expect(walk.crashing_thread?.frames[0]?.function).toBeNull();
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it.each([
    ['damaged', 'no symbols', { loaded_symbols: true, corrupt_symbols: true }],
    ['empty', '', { loaded_symbols: true, corrupt_symbols: true }],
    ['gone before they are read', undefined, { missing_symbols: true }],
  ])('that are %s are missing', async (_name, content, facts) => {
    const path = join(directory.path, 'bad.sym');
    if (content !== undefined) await writeFile(path, content);
    const { walk } = await walkers().walk(dump, { symbols: { find: async () => ({ path }) } });

    expect(walk.crashing_thread?.frames[0]?.function).toBeNull();
    expect(walk.modules.find(({ filename }) => filename === 'firefox.exe')).toMatchObject(facts);
  });

  it('that cannot be fetched now fail the walk with the error of their source', async () => {
    const failure = new Error('the symbol server is down');
    const find = async (): Promise<never> => {
      throw failure;
    };
    const pool = walkers();

    await expect(pool.walk(dump, { symbols: { find } })).rejects.toBe(failure);
    await expect(pool.walk(dump)).resolves.toMatchObject({ notes: [] });
  });
});

describe('a hostile minidump', () => {
  it('is stopped at the deadline, and its thread replaced', async () => {
    const pool = walkers({ deadlineMs: 2000 });
    const [bomb, ordinary] = await Promise.allSettled([pool.walk(bombDump()), pool.walk(dump)]);

    expect(bomb).toMatchObject({ reason: { code: 'deadline', retryable: false } });
    expect(ordinary).toMatchObject({ status: 'fulfilled' });
    expect(pool.replaced).toBe(1);
  });

  it('cannot have more memory than the limit', async () => {
    const pool = walkers({ memoryBytes: 4 * mebibyte });
    const large = sampleMinidump({ dumpBytes: 5 * mebibyte });

    await expect(pool.walk(large)).rejects.toMatchObject({
      code: 'memory',
      message: 'the walk needs more than 4 MiB',
    });
    await expect(pool.walk(dump)).resolves.toMatchObject({ notes: [] });
    expect(pool.replaced).toBe(0);
  });
});

describe('the queue', () => {
  it('is bounded', async () => {
    const pool = walkers({ queued: 1 });
    const results = await Promise.allSettled([1, 2, 3].map(async () => pool.walk(dump)));

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'queue_full', retryable: true } });
  });

  it('forgets an aborted walk, running or waiting', async () => {
    const pool = walkers();
    const [running, waiting] = [new AbortController(), new AbortController()];
    const walks = [running, waiting].map(async ({ signal }) => pool.walk(bombDump(), { signal }));
    const last = pool.walk(dump);
    waiting.abort();
    await expect(walks[1]).rejects.toMatchObject({ code: 'aborted', retryable: true });
    running.abort();

    await expect(walks[0]).rejects.toMatchObject({ code: 'aborted' });
    await expect(last).resolves.toMatchObject({ notes: [] });
  });

  it('ends with close, which stops running walks, too', async () => {
    const pool = walkers();
    const results = Promise.allSettled([pool.walk(bombDump()), pool.walk(dump)]);
    await pool.close();

    expect(await results).toMatchObject([
      { reason: { code: 'closed' } },
      { reason: { code: 'closed' } },
    ]);
    await expect(pool.walk(dump)).rejects.toMatchObject({ code: 'closed' });
  });
});
