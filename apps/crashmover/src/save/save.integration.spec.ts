import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { BlobStore } from '#antenna/blob-store';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import { interceptBlobStore, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';

const minidump = Buffer.from('MDMP\x93\xa7\0\r\n--boundary--\r\n\xff', 'latin1');
const browser = Buffer.alloc(300_000, 'browser dump');

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

describe('a saved crash', () => {
  it('has the stored layout byte for byte', async () => {
    const { crashId } = await mover.ship({
      dumps: { upload_file_minidump: minidump, upload_file_minidump_browser: browser },
      annotations: { Version: '152.0a1', ProductName: 'Firefox', Comments: 'ünïcode "\n😀' },
    });
    await mover.start();
    await mover.intakeEmpty();

    expect(await mover.keysOf(mover.crashes)).toEqual([
      `v1/dump/${crashId}`,
      `v1/dump_names/${crashId}`,
      `v1/raw_crash/20261122/${crashId}`,
      `v1/upload_file_minidump_browser/${crashId}`,
    ]);
    const stored = async (path: string): Promise<Buffer> => await mover.crashes.get(`v1/${path}`);
    expect(await stored(`dump/${crashId}`)).toEqual(minidump);
    expect(await stored(`upload_file_minidump_browser/${crashId}`)).toEqual(browser);
    expect((await stored(`dump_names/${crashId}`)).toString()).toBe(
      '["upload_file_minidump","upload_file_minidump_browser"]',
    );
    expect((await stored(`raw_crash/20261122/${crashId}`)).toString()).toBe(
      '{"Comments":"ünïcode \\"\\n😀","ProductName":"Firefox","Version":"152.0a1",' +
        '"metadata":{"collector_notes":[],"dump_checksums":{' +
        `"upload_file_minidump":"${hash('sha256', minidump)}",` +
        `"upload_file_minidump_browser":"${hash('sha256', browser)}"},` +
        '"payload":"multipart","payload_compressed":"0","payload_size":4711,' +
        '"throttle_rule":"accept_everything","user_agent":"crash client/1.0"},' +
        '"submitted_timestamp":"2026-11-22T10:20:30.456000+00:00",' +
        `"uuid":"${crashId}","version":2}`,
    );
  });

  it('lists dump names in sorted order', async () => {
    const { crashId } = await mover.ship({
      dumps: { z: minidump, upload_file_a: minidump, B: browser },
    });
    await mover.start();
    await mover.intakeEmpty();

    const names = await mover.crashes.get(`v1/dump_names/${crashId}`);
    expect(names.toString()).toBe('["B","upload_file_a","z"]');
  });

  it('can have no dump', async () => {
    const { crashId } = await mover.ship();
    await mover.start();
    await mover.intakeEmpty();

    expect(await mover.keysOf(mover.crashes)).toEqual([
      `v1/dump_names/${crashId}`,
      `v1/raw_crash/20261122/${crashId}`,
    ]);
    expect((await mover.crashes.get(`v1/dump_names/${crashId}`)).toString()).toBe('[]');
    expect(await checksums(crashId)).toEqual({});
  });

  it('has MD5 checksums if DUMP_CHECKSUM is md5', async () => {
    const { crashId } = await mover.ship({ dumps: { upload_file_minidump: minidump } });
    await mover.start({ env: { DUMP_CHECKSUM: 'md5' } });
    await mover.intakeEmpty();

    expect(await checksums(crashId)).toEqual({ upload_file_minidump: hash('md5', minidump) });
  });

  it('appears in the log by its id only', async () => {
    const { crashId } = await mover.ship({ annotations: { Email: 'somebody@example.org' } });
    await mover.start();
    await mover.intakeEmpty();

    expect(mover.logger.messages).toEqual(
      expect.arrayContaining([`${crashId} saved`, `${crashId} published`]),
    );
    expect(JSON.stringify(mover.logger.lines)).not.toContain('somebody');
  });
});

describe('the raw crash', () => {
  it('is written after all other objects of the crash', async () => {
    const { crashId } = await mover.ship({
      dumps: { upload_file_minidump: minidump, other: browser },
    });
    let storedBefore: string[] = [];
    const crashes = interceptBlobStore(mover.crashes, async ({ operation, key }) => {
      if (operation === 'put' && key.startsWith('v1/raw_crash/'))
        storedBefore = await mover.keysOf(mover.crashes);
    });
    await mover.start({ adapters: { crashes } });
    await mover.intakeEmpty();

    expect(storedBefore).toEqual([
      `v1/dump/${crashId}`,
      `v1/dump_names/${crashId}`,
      `v1/other/${crashId}`,
    ]);
  });

  it('is not written until every dump is written', async () => {
    let broken = true;
    let refused = 0;
    const crashes = interceptBlobStore(mover.crashes, ({ operation, key }) => {
      if (!broken || operation !== 'put' || !key.startsWith('v1/dump/')) return;
      refused += 1;
      throw new Error('no room for dumps');
    });
    const { crashId } = await mover.ship({ dumps: { upload_file_minidump: minidump } });
    await mover.start({ adapters: { crashes }, env: { RETRY_BASE: '10ms' } });
    await waitFor(() => refused >= 3);

    expect(await mover.keysOf(mover.crashes)).toEqual([`v1/dump_names/${crashId}`]);
    expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(crashId)]);
    expect(await mover.published()).toEqual([]);
    broken = false;
    await mover.intakeEmpty();
    expect(await mover.keysOf(mover.crashes)).toHaveLength(3);
    expect(await mover.published()).toEqual([crashId]);
  });
});

describe('a crash with hundreds of dumps', () => {
  const dumps = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`upload_file_${n}`, minidump]),
  );

  it('is stored with all its dumps, eight objects at a time', async () => {
    let inFlight = 0;
    let most = 0;
    const crashes: BlobStore = {
      ...interceptBlobStore(mover.crashes, () => undefined),
      put: async (key, body) => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await mover.crashes.put(key, body);
        inFlight -= 1;
      },
    };
    const { crashId } = await mover.ship({ dumps });
    await mover.start({ adapters: { crashes } });
    await mover.intakeEmpty();

    expect(most).toBe(8);
    expect(await mover.published()).toEqual([crashId]);
    expect(await mover.keysOf(mover.crashes)).toHaveLength(202);
    expect(Object.keys((await checksums(crashId)) as object)).toHaveLength(200);
  });

  it('leaves slots of a store with few slots to other crashes', async () => {
    const { promise: smallIsPublished, resolve: release } = Promise.withResolvers<void>();
    const waiting: (() => void)[] = [];
    let free = 16;
    const crashes: BlobStore = {
      ...interceptBlobStore(mover.crashes, () => undefined),
      put: async (key, body) => {
        if (free > 0) free -= 1;
        else await new Promise<void>((resolve) => waiting.push(resolve));
        if (key.endsWith(large.crashId)) await smallIsPublished;
        await mover.crashes.put(key, body);
        const next = waiting.shift();
        if (next) next();
        else free += 1;
      },
    };
    const large = await mover.ship({ dumps });
    await mover.start({ adapters: { crashes } });
    await waitFor(() => free < 16);
    const small = await mover.ship({ dumps: { upload_file_minidump: minidump } });
    try {
      await waitFor(async () => (await mover.published()).includes(small.crashId));
    } finally {
      release();
    }
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([small.crashId, large.crashId]);
  });

  it('starts no further puts after one has failed', async () => {
    let puts = 0;
    const crashes = interceptBlobStore(mover.crashes, ({ operation }) => {
      if (operation !== 'put') return;
      puts += 1;
      if (puts === 20) throw new Error('no room');
    });
    await mover.ship({ dumps });
    await mover.start({ adapters: { crashes }, env: { RETRY_BASE: '1h', RETRY_MAX: '1h' } });
    await waitFor(() => mover.logger.lines.some(({ level }) => level === 'warn'));

    expect(puts).toBeLessThan(20 + 8);
  });
});

async function checksums(crashId: string): Promise<unknown> {
  const rawCrash = await mover.crashes.get(`v1/raw_crash/20261122/${crashId}`);
  return JSON.parse(rawCrash.toString()).metadata.dump_checksums;
}

function hash(algorithm: 'md5' | 'sha256', bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
