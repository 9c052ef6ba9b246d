import { readdirSync, readlinkSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { EnvelopeWriter, readEnvelope } from '#antenna/crash-report';
import { type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';

import { EnvelopeDraft } from './envelope-draft.js';
import { SpoolSpace } from './spool-space.js';

const KiB = 1024;
let directory: TemporaryDirectory;
let space: SpoolSpace;
beforeEach(async () => {
  directory = await temporaryDirectory();
  space = new SpoolSpace(10_000_000);
});
afterEach(async () => await directory.remove());

function newDraft(memoryLimit: number): EnvelopeDraft {
  return new EnvelopeDraft({ temporaryPath: join(directory.path, '1.part'), memoryLimit, space });
}

/** Paths of files of this process that are open, removed ones included. */
function openFilesIn(folder: string): string[] {
  const files = readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // The descriptor of this very folder.
      return [];
    }
  });
  expect(files).not.toEqual([]);
  return files.filter((path) => path.startsWith(folder));
}

const finalPath = (): string => join(directory.path, 'final');
const synced = async (): Promise<void> => await access(finalPath());

async function syncFailsAtOnce(): Promise<void> {
  await Promise.reject(new Error('EIO'));
}

async function syncFails(): Promise<void> {
  await synced();
  throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
}

async function append(draft: EnvelopeDraft, ...chunks: readonly Buffer[]): Promise<void> {
  for (const chunk of chunks) {
    draft.append(chunk);
    await draft.backpressure();
  }
}

describe('a draft', () => {
  it('stays in memory while it is small, without writes or reserved space', async () => {
    const draft = newDraft(10 * KiB);
    await append(draft, Buffer.alloc(10 * KiB));
    expect(await readdir(directory.path)).toEqual([]);
    expect(space.used).toBe(0);
    await draft.discard();
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('goes to disk when it exceeds the memory limit', async () => {
    const draft = newDraft(10 * KiB);
    await append(draft, Buffer.alloc(10 * KiB), Buffer.alloc(1));
    expect(await readdir(directory.path)).toEqual(['1.part']);
    expect(space.used).toBe(10 * KiB + 1);
    expect(draft.size).toBe(10 * KiB + 1);
    await draft.discard();
    await draft.discard();
    expect(await readdir(directory.path)).toEqual([]);
    expect(space.used).toBe(0);
  });

  it.each([0, 5 * KiB, 100 * KiB, 1000 * KiB])(
    'is patched wherever the bytes are by then (%d bytes in memory)',
    async (memoryLimit) => {
      const draft = newDraft(memoryLimit);
      const writer = new EnvelopeWriter(draft);
      const dumps = ['a', 'b', 'c'].map((name) => ({ name, bytes: Buffer.alloc(40 * KiB, name) }));
      for (const { name, bytes } of dumps) {
        writer.startDump(name);
        for (let at = 0; at < bytes.length; at += KiB) {
          writer.writeDump(bytes.subarray(at, at + KiB));
          await draft.backpressure();
        }
        writer.endDump();
        await draft.backpressure();
      }
      const crashId = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
      const header = {
        crashId,
        verdict: 'accept',
        receivedAt: '2026-01-01T00:00:00.000Z',
      } as const;
      writer.finish(header, [Buffer.from('{"A":"b"}')]);
      await draft.commit(finalPath(), synced);

      const envelope = readEnvelope(await readFile(finalPath()));
      expect(envelope.header).toEqual(header);
      expect(envelope.dumps).toMatchObject(dumps);
      expect(space.kept).toBe(draft.size);
      expect(space.used).toBe(draft.size);
      await draft.discard();
      expect(await readdir(directory.path)).toEqual(['final']);
    },
  );

  it('can have more chunks than one write takes', async () => {
    const draft = newDraft(10_000 * KiB);
    const pieces = Array.from({ length: 3500 }, (_, n) => Buffer.from(`piece ${n};`));
    await append(draft, ...pieces);
    await draft.commit(finalPath(), synced);
    expect((await readFile(finalPath())).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('does not keep a large buffer in memory for a small view of it', async () => {
    const draft = newDraft(10 * KiB);
    const large = Buffer.alloc(64 * KiB, 'a');
    await append(draft, large.subarray(100, 104));
    large.fill('b');
    await draft.commit(finalPath(), synced);
    expect(await readFile(finalPath(), 'utf8')).toBe('aaaa');
  });

  it('refuses a patch at a position where no chunk begins', () => {
    const draft = newDraft(10 * KiB);
    draft.append(Buffer.alloc(10));
    expect(() => draft.patch(5, Buffer.alloc(2))).toThrow(RangeError);
  });
});

describe('a draft that cannot be written', () => {
  it('fails when it needs more space than is left', async () => {
    space = new SpoolSpace(500 * KiB);
    const draft = newDraft(0);
    await append(draft, Buffer.alloc(300 * KiB));
    draft.append(Buffer.alloc(300 * KiB));
    await expect(draft.backpressure()).rejects.toMatchObject({ code: 'spool_full' });
    await draft.discard();
    expect(space.used).toBe(0);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('fails and leaves nothing when its folder is missing', async () => {
    const gone = join(directory.path, 'gone');
    const draft = new EnvelopeDraft({
      temporaryPath: join(gone, '1.part'),
      memoryLimit: 100,
      space,
    });
    draft.append(Buffer.alloc(10));
    await expect(draft.commit(finalPath(), synced)).rejects.toMatchObject({ code: 'spool_failed' });
    await draft.discard();
    expect(space.used).toBe(0);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('fails and leaves nothing when it cannot be renamed', async () => {
    const draft = newDraft(100);
    draft.append(Buffer.alloc(10));
    const inNowhere = join(directory.path, 'gone', 'final');
    await expect(draft.commit(inNowhere, synced)).rejects.toMatchObject({ code: 'spool_failed' });
    await draft.discard();
    expect(space.used).toBe(0);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('fails and leaves nothing when the folder cannot be synced', async () => {
    const draft = newDraft(100);
    draft.append(Buffer.alloc(10));
    await expect(draft.commit(finalPath(), syncFails)).rejects.toMatchObject({
      code: expect.stringMatching(/^spool_/),
    });
    await draft.discard();
    expect(space.used).toBe(0);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('has closed its file when the sync of the folder fails', async () => {
    const draft = newDraft(100);
    draft.append(Buffer.alloc(10));
    await expect(draft.commit(finalPath(), syncFailsAtOnce)).rejects.toMatchObject({
      code: 'spool_failed',
    });
    expect(openFilesIn(directory.path)).toEqual([]);
    await draft.discard();
  });

  it('does not change an existing file with its temporary name', async () => {
    await mkdir(join(directory.path, '1.part'));
    const draft = newDraft(0);
    draft.append(Buffer.alloc(10));
    await expect(draft.backpressure()).rejects.toMatchObject({ code: 'spool_failed' });
    await rm(join(directory.path, '1.part'), { recursive: true });
    await draft.discard();
    expect(space.used).toBe(0);
  });
});
