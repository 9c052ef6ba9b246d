import { execFileSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rmdir,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';

import { anEnvelope } from '../../test/an-envelope.js';
import { createSpoolFolders, type SpoolFolders, spoolFolders } from './spool-folders.js';
import { recoverSpool } from './spool-recovery.js';

const ids = [
  'aaaaaaaa-cbbf-4589-a673-34f800160918',
  'bbbbbbbb-cbbf-4589-a673-34f800160918',
  'cccccccc-cbbf-4589-a673-34f810160918',
] as const;

let directory: TemporaryDirectory;
let folders: SpoolFolders;
beforeEach(async () => {
  directory = await temporaryDirectory();
  folders = spoolFolders(join(directory.path, 'spool'));
  await createSpoolFolders(folders);
});
afterEach(async () => await directory.remove());

async function put(name: string, bytes: Buffer, age: number): Promise<void> {
  const path = join(folders.envelopes, name);
  await writeFile(path, bytes);
  const then = new Date(Date.UTC(2026, 0, 1) - age * 1000);
  await utimes(path, then, then);
}

describe('recoverSpool', () => {
  it('finds nothing in a new spool', async () => {
    expect(await recoverSpool(folders)).toEqual({
      envelopes: [],
      removedTemporary: 0,
      damaged: [],
      skipped: [],
    });
  });

  it('lists complete envelopes from the oldest and leaves them unchanged', async () => {
    const bytes = ids.map((id) => anEnvelope(id));
    await put(`${ids[0]}.envelope`, bytes[0] ?? Buffer.alloc(0), 10);
    await put(`${ids[1]}.envelope`, bytes[1] ?? Buffer.alloc(0), 30);
    await put(`${ids[1]}.2.envelope`, bytes[1] ?? Buffer.alloc(0), 20);
    const { envelopes } = await recoverSpool(folders);
    expect(envelopes).toEqual([
      {
        crashId: ids[1],
        path: join(folders.envelopes, `${ids[1]}.envelope`),
        size: bytes[1]?.length,
        spooledAt: new Date(Date.UTC(2025, 11, 31, 23, 59, 30)),
      },
      expect.objectContaining({ path: join(folders.envelopes, `${ids[1]}.2.envelope`) }),
      expect.objectContaining({ crashId: ids[0] }),
    ]);
  });

  it('removes partial files', async () => {
    await writeFile(join(folders.temporary, '1.part'), anEnvelope(ids[0]).subarray(0, 700));
    await writeFile(join(folders.temporary, '2.part'), '');
    expect((await recoverSpool(folders)).removedTemporary).toBe(2);
    expect(await readdir(folders.temporary)).toEqual([]);
  });

  it.each<[string, string, Buffer]>([
    ['empty', `${ids[0]}.envelope`, Buffer.alloc(0)],
    ['cut in its first line', `${ids[0]}.envelope`, anEnvelope(ids[0]).subarray(0, 100)],
    ['cut by its last byte', `${ids[0]}.envelope`, anEnvelope(ids[0]).subarray(0, -1)],
    ['zeros, as after a power cut', `${ids[0]}.envelope`, Buffer.alloc(5000)],
    [
      'followed by zeros',
      `${ids[0]}.envelope`,
      Buffer.concat([anEnvelope(ids[0]), Buffer.alloc(9)]),
    ],
    ['named after no crash id', 'report.envelope', anEnvelope(ids[0])],
    ['named otherwise', `${ids[0]}.tmp`, anEnvelope(ids[0])],
  ])('sets aside a file that is %s, and keeps the others', async (_name, fileName, bytes) => {
    await put(fileName, bytes, 10);
    await put(`${ids[2]}.envelope`, anEnvelope(ids[2]), 5);
    const { envelopes, damaged } = await recoverSpool(folders);
    expect(damaged).toEqual([{ name: fileName, reason: expect.any(String) }]);
    expect(envelopes.map(({ crashId }) => crashId)).toEqual([ids[2]]);
    expect(await readdir(folders.damaged)).toEqual([fileName]);
    expect(await readdir(folders.envelopes)).toEqual([`${ids[2]}.envelope`]);
  });

  it.each<[string, (path: string) => Promise<unknown> | void]>([
    ['a directory', async (path) => await mkdir(path)],
    ['a folder with files', async (path) => await mkdir(join(path, 'inner'), { recursive: true })],
    ['a dangling link', async (path) => await symlink('/nowhere/at/all', path)],
    ['a link to a file', async (path) => await symlink('/etc/hostname', path)],
    ['a FIFO', (path) => void execFileSync('mkfifo', [path])],
  ])(
    'sets aside %s that is named like an envelope, and keeps the others',
    async (_name, create) => {
      const name = `${ids[0]}.envelope`;
      await create(join(folders.envelopes, name));
      await put(`${ids[2]}.envelope`, anEnvelope(ids[2]), 5);
      const { envelopes, damaged, skipped } = await recoverSpool(folders);
      expect(damaged).toEqual([{ name, reason: 'not a regular file' }]);
      expect(skipped).toEqual([]);
      expect(envelopes.map(({ crashId }) => crashId)).toEqual([ids[2]]);
      expect(await readdir(folders.damaged)).toEqual([name]);
    },
  );

  it('replaces nothing in damaged/: an entry of the same name gets a number', async () => {
    const name = `${ids[0]}.envelope`;
    await mkdir(join(folders.damaged, name));
    await writeFile(join(folders.damaged, `${name}.2`), 'an earlier one');
    await put(name, Buffer.from('cut'), 10);
    const { damaged } = await recoverSpool(folders);
    expect(damaged.map((entry) => entry.name)).toEqual([`${name}.3`]);
    expect(await readFile(join(folders.damaged, `${name}.2`), 'utf8')).toBe('an earlier one');
    expect(await readFile(join(folders.damaged, `${name}.3`), 'utf8')).toBe('cut');
  });

  it('skips a damaged file that it cannot move, names it, and keeps the others', async () => {
    await rmdir(folders.damaged);
    await writeFile(folders.damaged, 'a file in the way');
    const name = `${ids[0]}.envelope`;
    await put(name, Buffer.from('cut'), 10);
    await put(`${ids[2]}.envelope`, anEnvelope(ids[2]), 5);
    const { envelopes, skipped } = await recoverSpool(folders);
    expect(skipped).toEqual([
      { path: join(folders.envelopes, name), reason: expect.stringContaining('EEXIST') },
    ]);
    expect(envelopes.map(({ crashId }) => crashId)).toEqual([ids[2]]);
    expect((await readdir(folders.envelopes)).toSorted()).toContain(name);
  });

  it('leaves a directory in tmp/ alone and removes the partial files beside it', async () => {
    const foreign = join(folders.temporary, '1.part');
    await mkdir(join(foreign, 'inner'), { recursive: true });
    await writeFile(join(folders.temporary, '2.part'), '');
    const { removedTemporary, skipped } = await recoverSpool(folders);
    expect(removedTemporary).toBe(1);
    expect(skipped.map(({ path }) => path)).toEqual([foreign]);
    expect(await readdir(foreign)).toEqual(['inner']);
  });

  it('finds the same envelopes when it is interrupted and repeated', async () => {
    await put(`${ids[0]}.envelope`, anEnvelope(ids[0]), 1);
    await writeFile(join(folders.envelopes, 'write-check'), 'left by a check of the disk');
    const first = await recoverSpool(folders);
    expect(await recoverSpool(folders)).toEqual(first);
  });
});

/** Root may read every file. */
const asUser = process.getuid?.() === 0 ? describe.skip : describe;

asUser('recoverSpool without the right to read a file (skipped for root)', () => {
  it('skips it and keeps the others', async () => {
    const name = `${ids[0]}.envelope`;
    await put(name, anEnvelope(ids[0]), 10);
    await chmod(join(folders.envelopes, name), 0);
    await put(`${ids[2]}.envelope`, anEnvelope(ids[2]), 5);
    const { envelopes, skipped } = await recoverSpool(folders);
    expect(skipped.map(({ path }) => path)).toEqual([join(folders.envelopes, name)]);
    expect(envelopes.map(({ crashId }) => crashId)).toEqual([ids[2]]);
  });
});

describe('createSpoolFolders', () => {
  it('can be repeated', async () => {
    await createSpoolFolders(folders);
    expect((await readdir(folders.root)).toSorted()).toEqual(['damaged', 'envelopes', 'tmp']);
  });

  it('fails when a file is in the way', async () => {
    const root = join(directory.path, 'file');
    await writeFile(root, '');
    await expect(createSpoolFolders(spoolFolders(root))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await mkdir(join(directory.path, 'other'));
  });
});
