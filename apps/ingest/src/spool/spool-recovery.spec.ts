import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';

import { anEnvelope } from '../../test/an-envelope.js';
import {
  createSpoolFolders,
  recoverSpool,
  type SpoolFolders,
  spoolFolders,
} from './spool-recovery.js';

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
    expect(damaged).toEqual([fileName]);
    expect(envelopes.map(({ crashId }) => crashId)).toEqual([ids[2]]);
    expect(await readdir(folders.damaged)).toEqual([fileName]);
    expect(await readdir(folders.envelopes)).toEqual([`${ids[2]}.envelope`]);
  });

  it('finds the same envelopes when it is interrupted and repeated', async () => {
    await put(`${ids[0]}.envelope`, anEnvelope(ids[0]), 1);
    const first = await recoverSpool(folders);
    expect(await recoverSpool(folders)).toEqual(first);
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
