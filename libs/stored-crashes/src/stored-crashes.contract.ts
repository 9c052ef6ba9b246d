import { createHash } from 'node:crypto';
import type { BlobStore } from '#antenna/blob-store';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CrashLayout } from './crash-layout.js';
import { openStoredCrashes, type S3Access } from './open-stored-crashes.js';
import type { StoredCrashes } from './stored-crashes.js';

/** An empty store for one test, in which the test writes as a collector does. */
interface StoreUnderTest {
  readonly store: BlobStore;
  readonly location: string;
  readonly s3: S3Access;
  dispose(): Promise<void>;
}

const ids = ['1', '2', '3'].map((digit) => `${digit}e1bb258-cbbf-4589-a673-34f800261120`);
const [crashId = '', second = '', third = ''] = ids;
const nextDay = 'de1bb258-cbbf-4589-a673-34f801261121';
const minidump = Buffer.from('MDMP and more');
const sha256 = createHash('sha256').update(minidump).digest('hex');
const md5 = createHash('md5').update('memory').digest('hex');

/** Declares the tests that stored crashes must pass in every kind of store and layout. */
export function storedCrashesContract(
  name: string,
  layout: CrashLayout,
  makeStore: () => Promise<StoreUnderTest>,
): void {
  describe(`crashes in ${name}`, () => {
    let underTest: StoreUnderTest;
    let crashes: StoredCrashes;
    /** Only this layout has processed crashes. */
    const isOurs = layout.rawCrashEnding === '';

    beforeEach(async () => {
      underTest = await makeStore();
      crashes = await openStoredCrashes(underTest.location, underTest.s3);
    });

    afterEach(() => underTest.dispose());

    async function put(key: string, content: unknown): Promise<void> {
      const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
      await underTest.store.put(key, bytes);
    }

    async function putCrash(id: string): Promise<void> {
      const metadata = { dump_checksums: { memory_report: md5, upload_file_minidump: sha256 } };
      await put(layout.dump(id, 'upload_file_minidump'), minidump);
      await put(layout.dump(id, 'memory_report'), Buffer.from('memory'));
      await put(layout.dumpNames(id), ['memory_report', 'upload_file_minidump']);
      await put(layout.rawCrash(id), { ProductName: 'Firefox', metadata, uuid: id });
    }

    const datesFound = async (): Promise<string[]> => await Array.fromAsync(crashes.dates());
    const idsFound = async (date: string, after?: string): Promise<string[]> =>
      await Array.fromAsync(crashes.crashIds(date, after === undefined ? {} : { after }));

    it('is empty until the first crash is stored', async () => {
      expect(await datesFound()).toEqual([]);
      expect(await idsFound('20261120')).toEqual([]);
      expect(await crashes.find(crashId)).toBeUndefined();
      await putCrash(crashId);
      expect(await datesFound()).toEqual(['20261120']);
      expect((await crashes.find(crashId))?.crashId).toBe(crashId);
    });

    it('lists dates, and the sorted crash ids of a date, also after one', async () => {
      for (const id of [nextDay, ...ids.toReversed()]) await putCrash(id);
      await put(`${layout.rawCrashes('20261120')}not-a-crash${layout.rawCrashEnding}`, {});
      expect(await datesFound()).toEqual(['20261120', '20261121']);
      expect(await idsFound('20261120')).toEqual(ids);
      expect(await idsFound('20261120', crashId)).toEqual([second, third]);
      expect(await idsFound('20261120', third)).toEqual([]);
      expect(await idsFound('20261121')).toEqual([nextDay]);
      expect(await idsFound('20261122')).toEqual([]);
    });

    it('lists the dates of a range, and the size and time of each raw crash', async () => {
      const before = Date.now();
      for (const id of [nextDay, crashId]) await putCrash(id);
      const datesOf = async (since?: string, until?: string): Promise<string[]> =>
        await Array.fromAsync(crashes.dates({ since, until }));
      expect(await datesOf('20261120', '20261121')).toEqual(['20261120', '20261121']);
      expect(await datesOf('20261121')).toEqual(['20261121']);
      expect(await datesOf(undefined, '20261120')).toEqual(['20261120']);
      expect(await datesOf('20261122')).toEqual([]);
      const size = (await underTest.store.get(layout.rawCrash(crashId))).length;
      const [listed] = await Array.fromAsync(crashes.list('20261120'));
      expect(listed).toMatchObject({ crashId, size });
      // S3 reports whole seconds, by its own clock.
      expect(Math.abs(Number(listed?.storedAt) - before)).toBeLessThan(60_000);
    });

    it('reads a raw crash alone', async () => {
      await putCrash(crashId);
      expect(await crashes.rawCrash(crashId)).toMatchObject({ uuid: crashId });
      expect(await crashes.rawCrash(second)).toBeUndefined();
      expect(await crashes.rawCrash('../x')).toBeUndefined();
    });

    it('rewrites a raw crash, again if another writer was faster', async () => {
      await putCrash(crashId);
      const key = layout.rawCrash(crashId);
      let calls = 0;
      const rewritten = crashes.rewriteRawCrash(crashId, async (bytes) => {
        calls += 1;
        if (calls === 1) await put(key, { other: 'a longer one than before' });
        return Buffer.concat([bytes, Buffer.from(' ')]);
      });
      expect(await rewritten).toBe(true);
      expect(calls).toBe(2);
      const stored = await underTest.store.get(key);
      expect(stored.toString()).toBe('{"other":"a longer one than before"} ');
      await crashes.deleteOlderRawCrashes(crashId);
      expect(await crashes.rawCrash(crashId)).toEqual({ other: 'a longer one than before' });
      expect(await crashes.rewriteRawCrash(second, async () => Buffer.from('{}'))).toBe(false);
    });

    it.each(['current', 'all'] as const)('erases a crash with versions: %s', async (versions) => {
      for (const id of [crashId, second]) await putCrash(id);
      if (isOurs) await put(`v1/processed_crash/${crashId}`, {});
      let began = 0;
      const confirm = async (): Promise<boolean> => {
        expect(await crashes.find(crashId)).toBeDefined();
        began += 1;
        return began > 1;
      };
      expect(await crashes.erase(crashId, { versions, confirm })).toBe(true);
      expect(await crashes.find(crashId)).toBeDefined();
      expect(await crashes.erase(crashId, { versions, confirm })).toBe(true);
      expect(began).toBe(2);
      const left = await Array.fromAsync(underTest.store.list(''));
      expect(left.map(({ key }) => key).toSorted()).toEqual(
        [
          layout.rawCrash(second),
          layout.dumpNames(second),
          layout.dump(second, 'memory_report'),
          layout.dump(second, 'upload_file_minidump'),
        ].toSorted(),
      );
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(false);
      expect(await crashes.erase('../x', { versions })).toBe(false);
    });

    it('erases what an interrupted call or a damaged object left', async () => {
      for (const id of [second, crashId]) await putCrash(id);
      await underTest.store.delete(layout.rawCrash(crashId));
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(true);
      await putCrash(crashId);
      await underTest.store.delete(layout.dumpNames(crashId));
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(true);
      await putCrash(crashId);
      await put(layout.rawCrash(crashId), Buffer.from('{'));
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(true);
      await put(layout.dump(crashId, 'upload_file_minidump'), minidump);
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(true);
      await putCrash(crashId);
      await put(layout.dumpNames(crashId), [`../raw_crash/${second}`, 'memory_report']);
      expect(await crashes.erase(crashId, { versions: 'current' })).toBe(true);
      const left = await Array.fromAsync(underTest.store.list(''));
      expect(left.map(({ key }) => key.includes(second))).toEqual([true, true, true, true]);
    });

    it('erases a processed crash whose crash is gone, and deletes one alone', async () => {
      if (!isOurs) return;
      const rawCrash = 'last';
      await putCrash(second);
      await put(`v1/processed_crash/${crashId}`, {});
      expect(await crashes.erase(crashId, { versions: 'current', rawCrash })).toBe(true);
      expect(await crashes.isProcessed(crashId)).toBe(false);
      await putCrash(crashId);
      await put(`v1/processed_crash/${crashId}`, {});
      await crashes.deleteProcessed(crashId, 'all');
      expect(await crashes.isProcessed(crashId)).toBe(false);
      expect(await crashes.rawCrash(crashId)).toBeDefined();
    });

    it('tells which crashes are processed', async () => {
      expect(await crashes.hasProcessed()).toBe(false);
      await put(`v1/processed_crash/${crashId}`, Buffer.from('{}'));
      expect(await crashes.hasProcessed()).toBe(true);
      const ids = [crashId, second, '../x'];
      const processed = await Promise.all(ids.map(async (id) => await crashes.isProcessed(id)));
      expect(processed).toEqual([true, false, false]);
    });

    it('reads a crash and verifies its dumps by either algorithm', async () => {
      await putCrash(crashId);
      const crash = await crashes.find(crashId);
      expect(crash?.rawCrash).toMatchObject({ ProductName: 'Firefox', uuid: crashId });
      expect(crash?.listedDumpNames).toEqual(['memory_report', 'upload_file_minidump']);
      expect(await crash?.readDump('upload_file_minidump')).toEqual({
        bytes: minidump,
        dump: {
          name: 'upload_file_minidump',
          key: layout.dump(crashId, 'upload_file_minidump'),
          size: minidump.length,
          state: 'verified',
          checksum: { algorithm: 'sha256', hex: sha256 },
        },
      });
      expect((await crash?.readDump('memory_report'))?.dump).toMatchObject({
        state: 'verified',
        checksum: { algorithm: 'md5', hex: md5 },
      });
    });

    it('tells damaged, missing, unchecked and impossible dumps apart', async () => {
      await putCrash(crashId);
      await put(layout.dump(crashId, 'upload_file_minidump'), Buffer.from('MDMP'));
      await underTest.store.delete(layout.dump(crashId, 'memory_report'));
      await put(layout.dump(crashId, 'other'), Buffer.from('x'));
      const crash = await crashes.find(crashId);
      const states = [];
      for (const name of ['upload_file_minidump', 'memory_report', 'other', '../x'])
        states.push((await crash?.readDump(name))?.dump.state);
      expect(states).toEqual(['damaged', 'missing', 'unchecked', 'missing']);
    });

    it('finds a crash without its list of dump names, and no crash for an invalid id', async () => {
      await putCrash(crashId);
      await underTest.store.delete(layout.dumpNames(crashId));
      const crash = await crashes.find(crashId);
      expect(crash).toMatchObject({ listedDumpNames: undefined, dumpNames: [] });
      for (const id of [second, '../x', '']) expect(await crashes.find(id)).toBeUndefined();
    });

    it('names a damaged object', async () => {
      await put(layout.rawCrash(crashId), Buffer.from('{"uuid":'));
      await expect(crashes.find(crashId)).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringContaining(`object ${layout.rawCrash(crashId)} is damaged`),
      });
    });

    it('refuses a store of other things', async () => {
      await put('README', Buffer.from('not a crash'));
      await put('20261120/other/a', Buffer.from('not a crash'));
      const opening = openStoredCrashes(underTest.location, underTest.s3);
      await expect(opening).rejects.toMatchObject({
        code: 'invalid_location',
        message:
          `${underTest.location} is not empty and has no crashes; ` +
          'expected v1/raw_crash/<date>/<crash id> or <date>/raw_crash/<crash id>.json',
      });
    });
  });
}
