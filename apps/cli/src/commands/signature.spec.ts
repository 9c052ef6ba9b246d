import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { rawCrashKey } from '#antenna/crash-report';
import { type ProcessedCrash, processedCrashKey } from '#antenna/processed-crash';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash } from '../../test/a-processed-crash.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const idOf = (number: number, day = '20'): string =>
  `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f8002611${day}`;
const now = (): Date => new Date('2026-11-21T12:00:00Z');
const head = 'apiVersion: antenna/v1\nkind: SignatureLists\n';

let directory: string;
let store: BlobStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signature-'));
  store = await openDirectoryBlobStore({ directory: join(directory, 'crashes') });
});

afterEach(() => rm(directory, { recursive: true }));

const run = (...args: string[]): Promise<CapturedRun> =>
  runCaptured(['signature', ...args, '--stored', join(directory, 'crashes')], { now });

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const check = (...args: string[]): Promise<CapturedRun> =>
  runCaptured(['signature', 'check', ...args]);

interface Stored {
  readonly product?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

async function putCrash(
  id: string,
  functions: readonly string[],
  stored: Stored = {},
): Promise<void> {
  const { product = 'MyGame', annotations = {} } = stored;
  await store.put(rawCrashKey(id), Buffer.from(JSON.stringify(annotations)));
  await store.put(
    processedCrashKey(id),
    Buffer.from(JSON.stringify(processed(functions, product))),
  );
}

function processed(
  functions: readonly string[],
  product: string,
): Partial<ProcessedCrash> & object {
  const frames = functions.map((name) => ({ function: name, module: 'game', offset: '0x1' }));
  return aProcessedCrash(idOf(1), {
    signature: 'earlier signature',
    product,
    mdsw_status_string: 'OK',
    processor: { version: '1.0.0', walker: 'w', signature_lists: '0123456789abcdef' },
    json_dump: JSON.parse(
      JSON.stringify({
        crash_info: { crashing_thread: 0, type: 'SIGSEGV' },
        system_info: { os: 'Linux' },
        modules: [],
        threads: [{ frames, last_error_value: null }],
      }),
    ),
  });
}

describe('antenna signature explain', () => {
  it('prints each step for a processed crash, and that its stored signature differs', async () => {
    await putCrash(idOf(1), ['raise', 'abort', 'malloc', 'game::load(int)', 'main'], {
      annotations: { Hang: '1' },
    });
    const { code, stdout, stderr } = await run('explain', `bp-${idOf(1)}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^1 {2}irrelevant {2}raise \(pattern raise\$\)\n2 {2}irrelevant {2}abort /,
    );
    expect(stdout).toContain('3  prefix      malloc (pattern ');
    expect(stdout).toContain(
      '4  frame       game::load\n5  hang        hang | malloc | game::load\n',
    );
    expect(stdout).toContain(
      '\nsignature: hang | malloc | game::load\nstored:    earlier signature\n',
    );
    expect(stdout).toContain('(with lists 0123456789abcdef; these are ');
  });

  it('prints JSON', async () => {
    await putCrash(idOf(1), ['game::load(int)']);
    const { stdout } = await run('explain', idOf(1), '--json');
    expect(JSON.parse(stdout)).toEqual({
      lists: expect.stringMatching(/^[0-9a-f]{16}$/),
      signature: 'game::load',
      protoSignature: 'game::load',
      steps: [{ rule: 'frame', detail: 'game::load' }],
      notes: [],
      stored: { signature: 'earlier signature', lists: '0123456789abcdef' },
    });
  });

  it('explains frames of a file, or of standard input, with lists of a file', async () => {
    const lists = await file('lists.yaml', `${head}prefixes: [a]\n`);
    const frames = await file(
      'frames.json',
      '["a(int)", {"module": "libb.so", "module_offset": "0x0012"}]',
    );
    expect(await run('explain', '--frames', frames, '--lists', lists)).toMatchObject({
      code: 0,
      stdout: '1  prefix  a (pattern a)\n2  frame   libb.so@0x12\n\nsignature: a | libb.so@0x12\n',
    });
    const input = {
      frames: ['b'],
      annotations: { OOMAllocationSize: '300000' },
      reason: 'SIGSEGV',
    };
    const stdin = Readable.from([JSON.stringify(input)]);
    const { stdout } = await runCaptured(['signature', 'explain', '--frames', '-'], { stdin });
    expect(stdout).toContain('\nsignature: OOM | large | b\n');
  });

  it('prints hostile names safely', async () => {
    await putCrash(idOf(1), ['evil\u001b[31m\u202ename']);
    const { stdout } = await run('explain', idOf(1));
    expect(stdout).toContain('signature: evil[31mname\n');
  });

  it.each([
    [['explain'], /^error: give either a crash id or --frames\n$/],
    [['explain', 'x'], /^error: .*Must be a crash id/],
    [
      ['explain', idOf(2)],
      /^error: no processed crash 00000002-.* in .*; antenna show .* says what is stored\n$/,
    ],
    [
      ['explain', '--frames', '/nowhere.json'],
      /^error: cannot read \/nowhere.json: no such file\n$/,
    ],
    [['try'], /^error: required option '--lists <file>' not specified\n$/],
    [
      ['try', '--lists', 'x', '--since', 'soon'],
      /^error: .*Must be an age such as 12h or 7d, or a day as YYYYMMDD/,
    ],
  ])('refuses %j with one line', async (args, message) => {
    await putCrash(idOf(1), ['a']);
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.each([
    ['{', 'is not JSON'],
    ['5', 'it is neither an array nor an object; write frames as'],
    ['[5]', 'frame 0 of the array is neither a string nor an object; write frames as'],
    ['{"frames": {}}', 'frames is not an array; write frames as'],
    ['{"annotations": 1}', 'annotations is not an object; write frames as'],
  ])('refuses the frames %s', async (content, message) => {
    const { code, stderr } = await run('explain', '--frames', await file('frames.json', content));
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('antenna signature try', () => {
  const base = `${head}prefixes: [malloc]\n`;
  const changed = `${head}irrelevant: [malloc]\nprefixes: [load]\n`;

  async function tried(...args: string[]): Promise<CapturedRun> {
    const files = [
      '--base',
      await file('base.yaml', base),
      '--lists',
      await file('new.yaml', changed),
    ];
    return await run('try', ...files, ...args);
  }

  beforeEach(async () => {
    await putCrash(idOf(1), ['load', 'one']);
    await putCrash(idOf(2), ['load', 'two']);
    await putCrash(idOf(3), ['malloc', 'save']);
    await putCrash(idOf(4, '21'), ['save']);
    await putCrash(idOf(5, '21'), ['malloc', 'quit']);
    await putCrash(idOf(6, '21'), ['main'], { product: 'Other' });
  });

  it('prints which signatures split, merge and change, with counts and an example', async () => {
    expect(await tried('--since', '7d')).toEqual({
      code: 0,
      stderr: '',
      stdout: `6 crashes: 2 keep their signature, 4 get another

1 signature splits:
     2  load
        -> 1 load | one  (${idOf(1)})
        -> 1 load | two  (${idOf(2)})

1 signature merges:
     2  save
        <- 1 malloc | save  (${idOf(3)})
        <- 1 save  (${idOf(4, '21')})

1 signature changes:
     1  malloc | quit
        -> 1 quit  (${idOf(5, '21')})
`,
    });
  });

  it('prints JSON with all signatures and examples', async () => {
    const { stdout } = await tried('--since', '20261121', '--json', '--product', 'MyGame');
    expect(JSON.parse(stdout)).toMatchObject({
      since: '20261121',
      crashes: 2,
      kept: 1,
      leftOut: 0,
      notProcessed: 0,
      splits: [],
      merges: [],
      changes: [
        {
          signature: 'malloc | quit',
          count: 1,
          parts: [{ signature: 'quit', count: 1, examples: [idOf(5, '21')] }],
        },
      ],
    });
  });

  it('counts crashes that are not processed, and reports damaged ones', async () => {
    await store.put(rawCrashKey(idOf(7)), Buffer.from('{}'));
    await putCrash(idOf(8), ['x']);
    await store.put(rawCrashKey(idOf(8)), Buffer.from('{'));
    const { code, stdout, stderr } = await tried('--since', '20261120');
    expect(stdout).toMatch(/^6 crashes: /);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: '1 crash is not processed\nerror: 1 raw crash is damaged\n',
    });
  });

  it('prints the errors of lists with line and fix, and reads nothing', async () => {
    const lists = await file('bad.yaml', `${head}prefixes:\n  - 'a('\n`);
    const { code, stdout, stderr } = await run('try', '--lists', lists);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /bad\.yaml:4:5: error: "a\(": invalid regular expression .*backslash.*\nerror: .*bad.yaml has 1 error\n$/,
    );
  });

  it('says that it was interrupted, after what it has', async () => {
    const lists = await file('new.yaml', changed);
    const args = [
      'signature',
      'try',
      '--lists',
      lists,
      '--since',
      '20261120',
      '--stored',
      join(directory, 'crashes'),
    ];
    const { code, stderr } = await runCaptured(args, { now, interrupted: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(stderr).toBe('error: interrupted; there are more crashes\n');
  });
});

describe('antenna signature check', () => {
  it('says that lists are valid, and their revision', async () => {
    const lists = await file('lists.yaml', `${head}prefixes: [a]\n`);
    expect(await check(lists)).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^.*lists\.yaml is valid: revision [0-9a-f]{16}\n$/),
    });
  });

  it('prints all errors, as text or JSON', async () => {
    const lists = await file('lists.yaml', `${head}prefix: [a]\nirrelevant: [5]\n`);
    const { code, stdout } = await check(lists);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /:3:1: error: unknown key prefix \(did you mean prefixes\?\)\n.*:4:14: error: an entry must/,
    );
    expect(JSON.parse((await check(lists, '--json')).stdout)).toMatchObject({
      valid: false,
      errors: [{ line: 3 }, { line: 4 }],
    });
  });
});
