import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { aReport, type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';

import { anEnvelope } from '../../test/an-envelope.js';
import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { crashIdIn } from '../../test/stored-report.js';
import { OpenFolder } from './open-folder.js';

const id = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
let directory: TemporaryDirectory;
const started: IngestInTest[] = [];
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  for (const ingest of started.splice(0)) await ingest.close();
  await directory.remove();
});

async function start(
  options: { shipping?: boolean; env?: Record<string, string> } = {},
): Promise<IngestInTest> {
  const { shipping = false, env = {} } = options;
  const ingest = await startIngestInTest({
    directory: directory.path,
    env: { DRAIN_TIMEOUT: '0s', ...env },
    prepare: ({ staging }) => (staging.down = () => !shipping),
  });
  started.push(ingest);
  return ingest;
}

describe('the spool of a starting ingest', () => {
  it('removes partial files, moves damaged ones aside and counts complete ones', async () => {
    const spool = join(directory.path, 'spool');
    for (const folder of ['envelopes', 'tmp'])
      await mkdir(join(spool, folder), { recursive: true });
    const whole = anEnvelope(id);
    await writeFile(join(spool, 'envelopes', `${id}.envelope`), whole);
    await writeFile(join(spool, 'envelopes', 'x.envelope'), whole.subarray(0, 50));
    await writeFile(join(spool, 'tmp', '1.part'), whole.subarray(0, 50));

    const ingest = await start();
    expect(await readdir(join(spool, 'tmp'))).toEqual([]);
    expect(await readdir(join(spool, 'damaged'))).toEqual(['x.envelope']);
    expect(await ingest.telemetry.value('antenna.spool.depth')).toBe(1);
    expect(await ingest.telemetry.value('antenna.spool.bytes')).toBe(whole.length);
    expect(await ingest.telemetry.value('antenna.spool.oldest_age')).toBeGreaterThanOrEqual(0);
    expect(ingest.logger.lines).toContainEqual({
      level: 'error',
      message: 'incomplete envelope moved to damaged/',
      fields: { file: 'x.envelope' },
    });
  });

  it('is locked: a second ingest refuses to start and says why', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `the spool directory ${first.spool} is in use by another process, which ships its reports; stop that one, or name another directory`,
    );
    expect((await first.submit(aReport())).outcome).toBe('accepted');
  });

  it('must be a writable directory', async () => {
    await writeFile(join(directory.path, 'spool'), 'a file');
    await expect(start()).rejects.toThrow(/^cannot write to the spool directory .*set SPOOL_DIR/);
  });
});

const envelopes = (): string => join(directory.path, 'spool', 'envelopes');

describe('bad entries in the spool', () => {
  const other = 'bbbbbbbb-cbbf-4589-a673-34f800160918';

  it('do not keep ingest from starting and shipping every other report', async () => {
    await mkdir(join(envelopes(), `${id}.envelope`), { recursive: true });
    await mkdir(join(directory.path, 'spool', 'tmp', '1.part', 'inner'), { recursive: true });
    await mkdir(join(directory.path, 'spool', 'damaged', 'report.envelope'), { recursive: true });
    await mkdir(join(directory.path, 'spool', 'ruleset.json', 'inner'), { recursive: true });
    execFileSync('mkfifo', [join(envelopes(), `${id}.2.envelope`)]);
    await symlink('/nowhere/at/all', join(envelopes(), `${id}.3.envelope`));
    await writeFile(join(envelopes(), 'report.envelope'), 'cut');
    await writeFile(join(envelopes(), `${other}.envelope`), anEnvelope(other));

    const ingest = await start({ shipping: true });
    await ingest.shipped();
    const { answer, outcome } = await ingest.submit(aReport());
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).crashId).toBeDefined();
    const staged = await Array.fromAsync(ingest.staging.list('v1/envelope/'));
    expect(staged.map(({ key }) => key)).toContain(`v1/envelope/20160918/${other}`);
    expect((await readdir(join(directory.path, 'spool', 'damaged'))).toSorted()).toEqual([
      `${id}.2.envelope`,
      `${id}.3.envelope`,
      `${id}.envelope`,
      'report.envelope',
      'report.envelope.2',
    ]);
    expect(ingest.logger.lines).toContainEqual({
      level: 'error',
      message: 'entry of the spool moved to damaged/',
      fields: { file: `${id}.envelope`, reason: 'not a regular file' },
    });
    expect(ingest.logger.lines).toContainEqual({
      level: 'error',
      message: 'entry of the spool skipped; restart ingest when it is repaired or removed',
      fields: {
        file: join(directory.path, 'spool', 'tmp', '1.part'),
        reason: expect.stringContaining('EISDIR'),
      },
    });
  });

  it('are not replaced by a later report of the same id', async () => {
    await mkdir(join(directory.path, 'spool'), { recursive: true });
    await writeFile(join(directory.path, 'spool', 'damaged'), 'a file in the way');
    const path = join(envelopes(), `${id}.envelope`);
    await mkdir(envelopes());
    await writeFile(path, 'cut');
    const ingest = await start({ env: { SUBMITTER_TOKEN: 'token' } });
    const report = aReport().withAnnotation('uuid', id);
    const { outcome } = await ingest.submit(report, { Authorization: 'Bearer token' });
    expect(outcome).toBe('accepted');
    expect(await readFile(path, 'utf8')).toBe('cut');
    expect(await readdir(envelopes())).toContain(`${id}.2.envelope`);
  });
});

describe('an envelope that changes while it waits', () => {
  it.each<[string, (path: string) => unknown]>([
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a directory', async (path) => await mkdir(path)],
    ['a dangling link', async (path) => await symlink('/nowhere/at/all', path)],
  ])('into %s is moved to damaged/, and every other report ships', async (_name, create) => {
    const ingest = await start();
    const { answer } = await ingest.submit(aReport());
    const crashId = crashIdIn(answer);
    const path = join(ingest.spool, 'envelopes', `${crashId}.envelope`);
    await rm(path);
    await create(path);
    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(await readdir(join(ingest.spool, 'damaged'))).toEqual([`${crashId}.envelope`]);
    expect((await ingest.submit(aReport())).outcome).toBe('accepted');
    await ingest.shipped();
  });
});

describe('folders that are removed while ingest runs', () => {
  const removals: [string, string[]][] = [
    ['tmp/', ['tmp']],
    ['envelopes/', ['envelopes']],
    ['damaged/', ['damaged']],
    ['all of them', ['tmp', 'envelopes', 'damaged']],
    ['the spool', ['']],
  ];
  it.each(removals)(
    'are created again, and reports are accepted and shipped: %s',
    async (_name, gone) => {
      const ingest = await start({ shipping: true });
      for (const name of gone) await rm(join(ingest.spool, name), { recursive: true });
      for (let n = 0; n < 3; n += 1) {
        const { answer, outcome } = await ingest.submit(aReport());
        expect(outcome).toBe('accepted');
        await ingest.stored(answer);
      }
      await ingest.shipped();
      expect(await readiness(ingest)).toBe(200);
      const second = startIngestInTest({ directory: directory.path });
      await expect(second).rejects.toThrow('is in use by another process');
    },
  );

  it('are created again for a large report that is written in pieces', async () => {
    const ingest = await start({ shipping: true, env: { SPOOL_MEMORY_PER_UPLOAD: '0B' } });
    await rm(ingest.spool, { recursive: true });
    const { answer, outcome } = await ingest.submit(
      aReport().withDump('upload_file_minidump', Buffer.alloc(2_000_000, 'd')),
    );
    expect(outcome).toBe('accepted');
    await ingest.stored(answer);
  });

  it('are synced in their new place, after they were removed and created by someone else', async () => {
    const folder = new OpenFolder(join(directory.path, 'f'));
    await mkdir(join(directory.path, 'f'));
    await folder.open();
    await rmdir(join(directory.path, 'f'));
    await expect(folder.sync()).rejects.toMatchObject({ code: 'ENOENT' });
    await mkdir(join(directory.path, 'f'));
    await folder.sync();
    await folder.close();
  });
});

async function readiness(ingest: IngestInTest): Promise<number> {
  return (await fetch(`${ingest.service.url}/health/ready`)).status;
}
