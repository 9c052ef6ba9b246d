import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import {
  type CrashFeed,
  type CrashSearch,
  indexedCrash,
  type IndexedFacts,
} from '#antenna/crash-index';
import { processedCrashKey, rawCrashKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CliContext } from '../src/cli-context.js';
import { aProcessedCrash, putProcessedCrash } from './a-processed-crash.js';
import { type CapturedRun, runCaptured } from './run-captured.js';

/** An empty index of either kind. */
export interface IndexOfCommands {
  readonly location: string;
  readonly feed: CrashFeed;
  readonly search: CrashSearch;
  refresh(): Promise<void>;
  close(): Promise<void>;
}

type RunContext = Partial<Pick<CliContext, 'now' | 'interrupted'>>;

const idOf = (number: number, day: number): string =>
  `${number.toString(16).padStart(8, '0')}-cbbf-4589-a673-34f8002611${day}`;
const received = (day: number): string => `2026-11-${day}T12:00:00.000000+00:00`;

/** What `antenna index` does with both kinds of index. */
export function describeIndexCommands(
  name: string,
  { open, stop }: { open: (folder: string) => Promise<IndexOfCommands>; stop: () => Promise<void> },
): void {
  describe(`antenna index, with ${name}`, () => {
    let data: TemporaryDirectory;
    let store: BlobStore;
    let index: IndexOfCommands;

    beforeEach(async () => {
      data = await temporaryDirectory();
      store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
      index = await open(data.path);
    });

    afterEach(async () => {
      await index.close();
      await data.remove();
    });

    afterAll(stop);

    async function save(number: number, day: number, signature: string): Promise<void> {
      const facts = { signature, submitted_timestamp: received(day) };
      await store.put(rawCrashKey(idOf(number, day)), Buffer.from('{}'));
      await putProcessedCrash(store, aProcessedCrash(idOf(number, day), facts));
    }

    /** As if it had been stored and processed before. */
    async function indexOnly(number: number, day: number): Promise<void> {
      const facts = { signature: 'gone', submitted_timestamp: received(day) };
      await index.feed.put([indexedCrash(aProcessedCrash(idOf(number, day), facts))], 1);
    }

    function run(args: readonly string[], context: RunContext = {}): Promise<CapturedRun> {
      const environment = { CRASH_INDEX: index.location };
      return runCaptured([...args, '--data-dir', data.path], { environment, ...context });
    }

    async function all(): Promise<readonly IndexedFacts[]> {
      await index.refresh();
      const [since, until] = [Date.UTC(2026, 9, 1), Date.UTC(2027, 0, 1)];
      const sort = { field: 'crash_id', descending: false } as const;
      const window = { sort, from: 0, size: 1000 };
      return (await index.search.search({ since, until, conditions: [] }, window)).crashes;
    }

    it('makes the same documents again, without those that are gone', async () => {
      for (let number = 1; number <= 120; number += 1) await save(number, 18, `s${number % 7}`);
      await save(1, 19, 'other day');
      await indexOnly(300, 18);
      await indexOnly(301, 19);
      await indexOnly(302, 17);
      await index.refresh();
      const rebuild = ['index', 'rebuild', '--since', '20261118'];
      expect(await run(rebuild)).toEqual({
        code: 0,
        stdout: 'indexed 121 crashes of 121 stored, removed 2\n',
        stderr: '',
      });
      const made = await all();
      expect(made.map(({ crash_id: id }) => id)).toHaveLength(122);
      expect(made.filter(({ signature }) => signature === 'gone')).toHaveLength(1);
      const again = await run([...rebuild, '--until', '20261118', '--json']);
      expect(JSON.parse(again.stdout)).toEqual({
        examined: 120,
        indexed: 120,
        removed: 0,
        isComplete: true,
      });
      expect(await all()).toEqual(made);
    });

    it('puts what was processed again, and leaves out what is not processed', async () => {
      await save(1, 18, 'old');
      await save(2, 18, 'erased by hand');
      await run(['index', 'rebuild', '--since', '20261118']);
      await index.refresh();
      await save(1, 18, 'new');
      await store.delete(processedCrashKey(idOf(2, 18)));
      const later = { now: () => new Date('2026-11-20T11:00:00Z') };
      const { stdout } = await run(['index', 'rebuild', '--since', '20261118'], later);
      expect(stdout).toBe('indexed 1 crash of 2 stored, removed 1\n');
      expect((await all()).map(({ signature }) => signature)).toEqual(['new']);
    });

    it('says how to continue after Ctrl-C', async () => {
      await save(1, 18, 'a');
      const interrupted = AbortSignal.abort();
      const rebuild = ['index', 'rebuild', '--since', '20261117', '--until', '20261119'];
      expect(await run(rebuild, { interrupted })).toEqual({
        code: 130,
        stdout: 'indexed 0 crashes of 0 stored, removed 0\n',
        stderr:
          'to continue: antenna index rebuild --since 20261117 --until 20261119\nerror: interrupted\n',
      });
      const { stdout } = await run([...rebuild, '--json'], { interrupted });
      expect(JSON.parse(stdout)).toMatchObject({ isComplete: false, continueAt: '20261117' });
    });

    it('shows how large it is, and what waits for it', async () => {
      await save(1, 18, 'a');
      await run(['index', 'rebuild', '--since', '20261118']);
      await index.refresh();
      await store.put(`v1/index_pending/${idOf(1, 18)}.5`, Buffer.alloc(0));
      const { code, stdout } = await run(['index', 'status']);
      expect(code).toBe(0);
      expect(stdout).toContain(`index     ${index.location}\n`);
      expect(stdout).toContain('crashes   1, the last received 2026-11-18T12:00:00.000Z\n');
      expect(stdout).toContain('waiting   1\n');
      expect(JSON.parse((await run(['index', 'status', '--json'])).stdout)).toMatchObject({
        index: index.location,
        crashes: 1,
        waiting: 1,
        bytes: expect.any(Number),
      });
    });

    it('loses a crash that is erased', async () => {
      await save(1, 18, 'a');
      await save(2, 18, 'b');
      await run(['index', 'rebuild', '--since', '20261118']);
      const erase = ['crashes', 'erase', '--id', idOf(1, 18), '--reason', 'request 77'];
      expect((await run([...erase, '--dry-run'])).code).toBe(0);
      expect(await all()).toHaveLength(2);
      expect((await run(erase)).stdout).toBe('erased 1 crash of 1 examined\n');
      expect((await all()).map(({ signature }) => signature)).toEqual(['b']);
    });
  });
}
