import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import {
  dumpKey,
  dumpNamesKey,
  parseJson,
  rawCrashKey,
  serializeDumpNames,
  serializeRawCrash,
  stagedEnvelopeKey,
  withDumpChecksums,
} from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800261120';
const minidump = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
minidump.write('MDMP');
const memoryReport = Buffer.from('memory');
const hash = (algorithm: string, bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('hex');

describe('antenna show', () => {
  let data: TemporaryDirectory;
  let store: BlobStore;

  beforeEach(async () => {
    data = await temporaryDirectory();
    store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    const rawCrash = serializeRawCrash({
      annotations: new Map([
        ['ProductName', 'Firefox'],
        ['Big', parseJson('18446744073709551616', { maxDepth: 1 })],
      ]),
      crashId,
      submittedAt: new Date('2026-11-20T10:00:00Z'),
      metadata: {
        collector_notes: [],
        payload: 'multipart',
        payload_compressed: '0',
        payload_size: 1000,
        throttle_rule: 'is_nightly',
        user_agent: '',
      },
    });
    const checksums = {
      upload_file_minidump: hash('md5', minidump),
      memory_report: hash('sha256', memoryReport),
    };
    await store.put(
      rawCrashKey(crashId),
      withDumpChecksums(Buffer.concat([...rawCrash]), checksums),
    );
    await store.put(dumpNamesKey(crashId), serializeDumpNames(Object.keys(checksums)));
    await store.put(dumpKey(crashId, 'upload_file_minidump'), minidump);
    await store.put(dumpKey(crashId, 'memory_report'), memoryReport);
  });

  afterEach(() => data.remove());

  function run(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['show', ...args], { dataDirectory: data.path });
  }

  it.each([crashId, `bp-${crashId}`])(
    'prints the raw crash and verified dumps of %s',
    async (id) => {
      const { code, stdout, stderr } = await run(id);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('  "Big": 18446744073709551616,\n');
      expect(stdout).toContain(`  "uuid": "${crashId}",\n`);
      expect(stdout.split('}\n')[1]).toBe(
        `memory_report         6 bytes    sha256 ${hash('sha256', memoryReport)}  verified\n` +
          `upload_file_minidump  256 bytes  md5 ${hash('md5', minidump)}${' '.repeat(35)}  verified\n`,
      );
    },
  );

  it('prints one JSON document with --json', async () => {
    const { code, stdout } = await run(crashId, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      crashId,
      rawCrash: { ProductName: 'Firefox', version: 2 },
      dumps: [
        { name: 'memory_report', key: `v1/memory_report/${crashId}`, size: 6, state: 'verified' },
        {
          name: 'upload_file_minidump',
          key: `v1/dump/${crashId}`,
          size: 256,
          checksum: { algorithm: 'md5', hex: hash('md5', minidump) },
          state: 'verified',
        },
      ],
    });
  });

  it.each([
    ['<html>', 'not_a_minidump', 'verified, not a minidump'],
    ['', 'empty', 'verified, empty'],
  ])('says when the minidump is %j', async (bytes, problem, words) => {
    const body = Buffer.from(bytes);
    await store.put(dumpKey(crashId, 'upload_file_minidump'), body);
    const rawCrash = await store.get(rawCrashKey(crashId));
    const checksums = {
      upload_file_minidump: hash('sha256', body),
      memory_report: hash('sha256', memoryReport),
    };
    await store.put(rawCrashKey(crashId), withDumpChecksums(rawCrash, checksums));
    const { code, stdout } = await run(crashId);
    expect(code).toBe(0);
    expect(stdout).toContain(`${hash('sha256', body)}  ${words}\n`);
    expect(JSON.parse((await run(crashId, '--json')).stdout)).toMatchObject({
      dumps: [{ name: 'memory_report' }, { name: 'upload_file_minidump', problem }],
    });
  });

  it('prints one annotation, and as JSON with --json', async () => {
    expect(await run(crashId, '--annotation', 'ProductName')).toMatchObject({
      code: 0,
      stdout: 'Firefox\n',
    });
    expect((await run(crashId, '--annotation', 'ProductName', '--json')).stdout).toBe(
      '"Firefox"\n',
    );
    expect((await run(crashId, '--annotation', 'Big')).stdout).toBe('18446744073709551616\n');
    expect((await run(crashId, '--annotation', 'metadata#/payload_size')).stdout).toBe('1000\n');
    expect(await run(crashId, '--annotation', 'metadata#/none')).toMatchObject({
      code: 1,
      stderr: `error: crash ${crashId} has no annotation metadata#/none\n`,
    });
  });

  it('escapes control characters and overrides of direction', async () => {
    const name = 'Fire\u202efox\u009b2J\u001b[2J';
    await store.put(rawCrashKey(crashId), Buffer.from(JSON.stringify({ ProductName: name })));
    const shown = await run(crashId, '--json');
    expect(shown.stdout).toContain(String.raw`"Fire\u202efox\u009b2J\u001b[2J"`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ rawCrash: { ProductName: name } });
    expect((await run(crashId, '--annotation', 'ProductName')).stdout).toBe(
      `${String.raw`Fire\u202efox\u009b2J\u001b[2J`}\n`,
    );
  });

  it('reports damaged and missing dumps', async () => {
    await store.put(dumpKey(crashId, 'upload_file_minidump'), Buffer.alloc(256));
    await store.delete(dumpKey(crashId, 'memory_report'));
    const { code, stdout, stderr } = await run(crashId);
    expect(code).toBe(1);
    expect(stdout).toContain('"ProductName": "Firefox"');
    expect(stderr).toBe(
      'error: dump memory_report is missing; dump upload_file_minidump is damaged\n',
    );
  });

  it('extracts a dump into a file', async () => {
    const output = join(data.path, 'crash.dmp');
    const { code, stdout } = await run(
      crashId,
      '--dump',
      'upload_file_minidump',
      '--output',
      output,
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(await readFile(output)).toEqual(minidump);
  });

  it('extracts a dump to standard output', async () => {
    const { stdout } = await run(crashId, '--dump', 'memory_report', '--output', '-');
    expect(stdout).toBe('memory');
  });

  it.each([
    [['--dump', 'other', '--output', '-'], /has no dump "other"; its dumps: memory_report, upload/],
    [['--dump', 'memory_report'], /^error: --dump and --output must be given together\n$/],
    [['--output', 'x'], /^error: --dump and --output must be given together\n$/],
    [['--dump', 'memory_report', '--output', '/no/such/folder/x'], /cannot write .*: ENOENT\n$/],
  ])('explains the mistake in %j', async (args, message) => {
    const { code, stderr } = await run(crashId, ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('names a damaged object', async () => {
    await store.put(rawCrashKey(crashId), Buffer.from('{"uuid":'));
    const { code, stderr } = await run(crashId);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: object v1\/raw_crash\/20261120\/.* is damaged: not valid JSON.*\n$/,
    );
  });

  it('reads another store with --stored, and names it when it has no such crash', async () => {
    const elsewhere = { dataDirectory: '/nonexistent' };
    const shown = await runCaptured(['show', crashId, '--stored', data.path], elsewhere);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`  "uuid": "${crashId}",\n`);
    const other = '22222222-cbbf-4589-a673-34f800261120';
    const missing = await runCaptured(['show', other, '--stored', data.path], elsewhere);
    expect(missing).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no crash ${other} in ${join(data.path, 'crashes')}\n`,
    });
    const nowhere = await runCaptured(['show', other, '--stored', '/nonexistent'], elsewhere);
    expect(nowhere.stderr).toBe('error: /nonexistent is not a directory\n');
  });

  it('rejects an argument that is not a crash id', async () => {
    const { code, stderr } = await run('../../etc/passwd');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: not a crash id: "../../etc/passwd"\n',
    });
  });

  describe('of a crash that is not stored', () => {
    const other = '22222222-cbbf-4589-a673-34f800261120';

    it.each([
      ['the spool', join('spool', 'envelopes', `${other}.envelope`), 'it is in the spool'],
      ['staging', join('staging', stagedEnvelopeKey(other)), 'it is staged for crashmover'],
    ])('prints that it is in %s', async (_name, place, meaning) => {
      const path = join(data.path, place);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '');
      const { code, stderr } = await run(other);
      expect(code).toBe(1);
      expect(stderr).toBe(
        `error: no crash ${other} in ${join(data.path, 'crashes')}; ${meaning}: ${path}\n`,
      );
    });

    it('prints where it looked, and creates nothing', async () => {
      const empty = await temporaryDirectory();
      const { code, stderr } = await runCaptured(['show', other, '--data-dir', empty.path]);
      expect(code).toBe(1);
      expect(stderr).toBe(
        `error: no crash ${other} in ${join(empty.path, 'crashes')}; ` +
          `it is not in ${join(empty.path, 'spool', 'envelopes')} or ${join(empty.path, 'staging')} either\n`,
      );
      expect(await readdir(empty.path)).toEqual([]);
      await empty.remove();
    });
  });
});
