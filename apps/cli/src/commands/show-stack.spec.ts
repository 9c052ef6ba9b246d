import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { rawCrashKey } from '#antenna/crash-report';
import type { ProcessedCrash } from '#antenna/processed-crash';
import type { StackWalk } from '#antenna/stack-walker';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, putProcessedCrash } from '../../test/a-processed-crash.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

type StackThread = StackWalk['threads'][number];
type StackFrame = StackThread['frames'][number];
type StackModule = StackWalk['modules'][number];

const crashId = 'de1bb258-cbbf-4589-a673-34f800261120';
const deferredId = 'de1bb258-cbbf-4589-a673-34f801261120';

function aFrame(frame: number, facts: Partial<StackFrame> = {}): StackFrame {
  return {
    frame,
    trust: 'cfi',
    offset: '0x0000000000401000',
    module: 'game',
    module_offset: '0x1000',
    unloaded_modules: null,
    function: null,
    function_offset: null,
    file: null,
    line: null,
    inlines: null,
    missing_symbols: false,
    ...facts,
  };
}

function aThread(frames: readonly StackFrame[], name: string | null = null): StackThread {
  return {
    thread_id: 1,
    thread_name: name,
    last_error_value: null,
    frame_count: frames.length,
    frames,
  };
}

function aModule(filename: string, facts: Partial<StackModule> = {}): StackModule {
  return {
    filename,
    base_addr: '0x400000',
    end_addr: '0x500000',
    code_id: '',
    debug_file: filename,
    debug_id: '44E4EC8C2F41492B9369D6B9A059577C2',
    version: null,
    missing_symbols: true,
    loaded_symbols: false,
    corrupt_symbols: false,
    ...facts,
  };
}

function aWalk(
  threads: readonly StackThread[],
  {
    crashing = 0,
    modules = [],
  }: { crashing?: number | null; modules?: readonly StackModule[] } = {},
): StackWalk {
  return {
    threads,
    modules,
    system_info: {},
    crash_info: { crashing_thread: crashing },
  } as Partial<Record<keyof StackWalk, unknown>> as StackWalk;
}

describe('the stack in antenna show', () => {
  let data: TemporaryDirectory;
  let store: BlobStore;

  beforeEach(async () => {
    data = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    for (const id of [crashId, deferredId])
      await store.put(rawCrashKey(id), Buffer.from('{"ProductName":"MyGame"}'));
  });

  afterEach(() => data.remove());

  async function put(facts: Partial<ProcessedCrash>): Promise<void> {
    await putProcessedCrash(store, aProcessedCrash(crashId, facts));
  }

  function show(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['show', ...args, '--data-dir', data.path]);
  }

  it('comes before the annotations, after signature, reason and notes', async () => {
    const inlines = [
      { function: 'game::Tile::at', file: 'tile.h', line: 7 },
      { function: 'game::Map::at', file: null, line: null },
    ];
    const frames = [
      aFrame(0, {
        function: 'game::Level::load(int)',
        file: 'level.cpp',
        line: 42,
        trust: 'context',
        inlines,
      }),
      aFrame(1, { function: 'main' }),
      aFrame(2, {
        module: 'libc.so.6',
        module_offset: '0x2a1',
        trust: 'scan',
        missing_symbols: true,
      }),
      aFrame(3, { module: null, module_offset: null, offset: '0x0000000000000010' }),
    ];
    await put({
      json_dump: aWalk([aThread([aFrame(0)]), aThread(frames, 'main')], {
        crashing: 1,
        modules: [aModule('game'), aModule('libc.so.6'), aModule('other.so')],
      }),
      processor_notes: 'one\ntwo',
    });
    const { code, stdout, stderr } = await show(crashId);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`signature  game::Level::load
reason     SIGSEGV / SEGV_MAPERR at 0x0000000000000010
system     Linux 6.1.0, amd64
note       one
note       two

thread 1 "main", crashed
   game!game::Tile::at [tile.h:7] (inlined)
   game!game::Map::at (inlined)
0  game!game::Level::load(int) [level.cpp:42] (context)
1  game!main (cfi)
2  libc.so.6 + 0x2a1 (scan)
3  0x0000000000000010 (cfi)

No symbols for these modules: add theirs with \`antenna symbols add\`, then \`antenna republish\`.
  libc.so.6 44E4EC8C2F41492B9369D6B9A059577C2

{
  "ProductName": "MyGame"
}
no dumps
`);
  });

  it('has all threads with --threads', async () => {
    await put({ json_dump: aWalk([aThread([aFrame(0)], 'Timer'), aThread([aFrame(0)])]) });
    expect((await show(crashId, '--threads')).stdout).toContain(`
thread 0 "Timer", crashed
0  game + 0x1000 (cfi)

thread 1
0  game + 0x1000 (cfi)

{`);
    expect((await show(crashId)).stdout).not.toContain('thread 1');
  });

  it('is a part of the JSON document', async () => {
    await put({ json_dump: aWalk([aThread([aFrame(0)])]) });
    expect(JSON.parse((await show(crashId, '--json')).stdout)).toMatchObject({
      processed: { signature: 'game::Level::load', json_dump: { threads: [{ frame_count: 1 }] } },
    });
    expect(JSON.parse((await show(deferredId, '--json')).stdout)).toHaveProperty('processed', null);
  });

  it('has the first frames of an endless recursion', async () => {
    const frames = Array.from({ length: 2000 }, (_, frame) => aFrame(frame));
    await put({ json_dump: aWalk([aThread(frames)]) });
    expect((await show(crashId)).stdout).toContain(
      '49  game + 0x1000 (cfi)\n… 1950 more frames; --threads prints all\n',
    );
    expect((await show(crashId, '--threads')).stdout).toContain('1999  game + 0x1000 (cfi)\n\n');
  });

  it('names a module that was unloaded', async () => {
    const unloaded_modules = [{ module: 'plugin.dll', offsets: ['0x12'] }];
    await put({ json_dump: aWalk([aThread([aFrame(0, { module: null, unloaded_modules })])]) });
    expect((await show(crashId)).stdout).toContain('0  (unloaded plugin.dll) + 0x12 (cfi)\n');
  });

  it('is in single lines that are safe for a terminal, whatever the minidump says', async () => {
    const hostile = `\u{1b}[2J\n\u{202e}${'x'.repeat(5000)}`;
    const frame = aFrame(0, {
      function: hostile,
      module: hostile,
      file: hostile,
      trust: hostile,
      missing_symbols: true,
    });
    await put({
      signature: hostile,
      reason: hostile,
      json_dump: aWalk([aThread([frame], hostile)], { modules: [aModule(hostile)] }),
    });
    const { stdout } = await show(crashId);
    const [stack = ''] = stdout.split('\n{');
    for (const unsafe of ['\u{1b}', '\u{202e}']) expect(stack).not.toContain(unsafe);
    expect(stack.match(/^.*2J.*$/gm)).toHaveLength(5);
    expect(Math.max(...stack.split('\n').map((line) => line.length))).toBeLessThan(1100);
  });

  it.each<[string, Partial<ProcessedCrash>, string]>([
    [
      'there is no minidump',
      { mdsw_status_string: 'not_there' },
      'no stack: there is no minidump\n',
    ],
    ['it could not be walked', { mdsw_status_string: 'unreadable' }, 'no stack: unreadable\n'],
    [
      'no thread crashed',
      { json_dump: aWalk([aThread([])], { crashing: null }) },
      'no stack: the minidump does not say which of 1 thread crashed; --threads prints all\n',
    ],
    ['it has no frames', { json_dump: aWalk([aThread([])]) }, 'thread 0, crashed\nno frames\n'],
  ])('says why there is none: %s', async (_name, facts, text) => {
    await put(facts);
    const { code, stdout } = await show(crashId);
    expect(code).toBe(0);
    expect(stdout).toContain(`\n\n${text}`);
  });

  it.each([
    [crashId, 'the processor has not come to it, is off, or gave up (`antenna queue ls`)', ''],
    [deferredId, 'a rule deferred it, so its id was not published', ' --include-deferred'],
  ])('of a crash that is not processed is replaced by what to do: %s', async (id, why, option) => {
    const { code, stdout } = await show(id);
    expect(code).toBe(0);
    expect(
      stdout.startsWith(`No stack, because this crash is not processed: ${why}. To have it processed (again):
  echo ${id} | antenna republish --ids -${option} --confirm

{`),
    ).toBe(true);
  });
});
