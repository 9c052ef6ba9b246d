import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { BlobStore } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import type { MessageQueue } from '#antenna/message-queue';
import { startProcess, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

/** Stores and a queue for one test, and how the command line finds them. */
export interface CrashBackend {
  readonly environment: Readonly<Record<string, string>>;
  /** For `--stored` and `--processed`. */
  readonly location: string;
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  dispose(): Promise<void>;
}

const main = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');
const because = ['--reason', 'request 77'];
const minidump = 'upload_file_minidump';
const line = (fields: object): string => `${JSON.stringify({ Fields: fields })}\n`;
const idOf = (number: number, verdict: '0' | '1', day: string): string =>
  `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f80${verdict}2611${day}`;
const [firefox, fenix, deferred, later] = [
  idOf(1, '0', '20'),
  idOf(2, '0', '20'),
  idOf(3, '1', '20'),
  idOf(4, '0', '21'),
];
const contents: readonly (readonly [string, object])[] = [
  [firefox, { ProductName: 'Firefox', ReleaseChannel: 'nightly', URL: 'https://x/' }],
  [fenix, { ProductName: 'Fenix', ReleaseChannel: 'release' }],
  [deferred, { ProductName: 'Firefox', ReleaseChannel: 'release' }],
  [later, { ProductName: 'Firefox', ReleaseChannel: 'nightly', URL: 'https://y/' }],
];

/** Runs the commands for stored crashes as processes, on crashes that each test stores. */
export function crashCommandsContract(
  name: string,
  makeBackend: () => Promise<CrashBackend>,
): void {
  describe(`the commands for stored crashes on ${name}`, () => {
    let backend: CrashBackend;
    let directory: TemporaryDirectory;

    beforeEach(async () => {
      directory = await temporaryDirectory();
      backend = await makeBackend();
      for (const [crashId, annotations] of contents) await store(crashId, annotations);
    });

    afterEach(async () => {
      await backend.dispose();
      await directory.remove();
    });

    async function store(crashId: string, annotations: object): Promise<void> {
      const dump = Buffer.from(`MDMP${crashId}`);
      const metadata = {
        dump_checksums: { [minidump]: createHash('sha256').update(dump).digest('hex') },
        throttle_rule: crashId === fenix ? 'accept_mobile' : 'is_nightly',
      };
      const rawCrash = { ...annotations, metadata, uuid: crashId };
      await backend.crashes.put(dumpKey(crashId, minidump), dump);
      await backend.crashes.put(dumpNamesKey(crashId), Buffer.from(JSON.stringify([minidump])));
      await backend.crashes.put(rawCrashKey(crashId), Buffer.from(JSON.stringify(rawCrash)));
    }

    async function antenna(...args: string[]) {
      const command = await startProcess([main, ...args], { env: backend.environment });
      const { code } = await command.exit;
      return { code, stdout: command.stdout, stderr: command.stderr };
    }

    async function listed(...args: string[]): Promise<string[]> {
      const { code, stdout } = await antenna('crashes', 'ls', '--json', '--columns', 'id', ...args);
      expect({ args, code }).toEqual({ args, code: 0 });
      return stdout.map((line) => (JSON.parse(line) as { id: string }).id);
    }

    /** Takes what is on the queue off it. */
    async function published(): Promise<string[]> {
      const bodies: string[] = [];
      for (;;) {
        const options = { max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 };
        const messages = await backend.processing.receive(options);
        if (messages.length === 0) return bodies.toSorted();
        for (const { body, receipt } of messages) {
          bodies.push(body);
          await backend.processing.delete(receipt);
        }
      }
    }

    const keysOf = async (crashId: string): Promise<string[]> =>
      (await Array.fromAsync(backend.crashes.list('v1/')))
        .map(({ key }) => key)
        .filter((key) => key.includes(crashId));

    it('lists crashes by filters, the newest day first', async () => {
      const all = await listed('--since', '20261101');
      expect(all[0]).toBe(later);
      expect(all.toSorted()).toEqual([firefox, fenix, deferred, later]);
      expect(await listed('--since', '20261101', '--limit', '1')).toEqual([later]);
      const has = ['--since', '20261101', '--rule', 'is_nightly', '--has', 'URL'];
      expect(await listed(...has)).toEqual([later, firefox]);
      expect(await listed('--date', '20261120', '--product', 'Fenix')).toEqual([fenix]);
      expect(await antenna('crashes', 'ls', '--date', '20261119')).toEqual({
        code: 0,
        stdout: [],
        stderr: ['no crashes found'],
      });
      const { stdout } = await antenna(
        'crashes',
        'ls',
        '--date',
        '20261121',
        '--columns',
        'id,channel,URL',
        '--stored',
        backend.location,
      );
      expect(stdout).toEqual([`id${' '.repeat(36)}channel  URL`, `${later}  nightly  https://y/`]);
    });

    it('shows a crash, an annotation and a dump', async () => {
      const shown = await antenna('show', `bp-${firefox}`);
      expect(shown.code).toBe(0);
      expect(shown.stdout.at(-1)).toMatch(
        /^upload_file_minidump {2}40 bytes {2}sha256 .* verified$/,
      );
      expect((await antenna('show', firefox, '--annotation', 'URL')).stdout).toEqual([
        'https://x/',
      ]);
      const file = join(directory.path, 'dump');
      const dump = ['--dump', minidump, '--output', file];
      expect(await antenna('show', firefox, ...dump, '--stored', backend.location)).toMatchObject({
        code: 0,
      });
      expect(await readFile(file, 'utf8')).toBe(`MDMP${firefox}`);
      const missing = await antenna('show', idOf(9, '0', '20'));
      expect(missing).toMatchObject({
        code: 1,
        stderr: [expect.stringMatching(/^error: no crash/)],
      });
    });

    it('verifies crashes and publishes those without a processed one', async () => {
      const args = ['verify', '--since', '20261101', '--processed', backend.location];
      await backend.crashes.put(`v1/processed_crash/${later}`, Buffer.from('{}'));
      const { code, stdout } = await antenna(...args);
      expect({ code, stdout: stdout.toSorted() }).toEqual({
        code: 1,
        stdout: [
          `${firefox}  was not processed`,
          `${fenix}  was not processed`,
          'read 4 crashes, 4 dumps (160 bytes)',
        ],
      });
      expect(await published()).toEqual([]);
      await backend.crashes.put(dumpKey(fenix, minidump), Buffer.from('MDMP'));
      const again = await antenna(...args, '--republish', '--json');
      expect(again.code).toBe(1);
      expect(JSON.parse(again.stdout.join('\n'))).toMatchObject({
        crashes: 4,
        problems: 3,
        unprocessed: 2,
        damaged: 1,
        republished: 1,
      });
      expect(await published()).toEqual([firefox]);
      await store(fenix, {});
      for (const id of [firefox, fenix])
        await backend.crashes.put(`v1/processed_crash/${id}`, Buffer.from('{}'));
      expect(await antenna(...args)).toEqual({
        code: 0,
        stdout: ['read 4 crashes, 4 dumps (160 bytes), no problems'],
        stderr: [],
      });
    });

    it('publishes what the logs do not show as published', async () => {
      const logs = join(directory.path, 'log');
      const outcome = (id: string): string => line({ outcome: 'accepted', crash_id: id });
      await writeFile(
        logs,
        outcome(firefox) +
          outcome(fenix) +
          line({ message: `${fenix} published`, crash_id: fenix }),
      );
      const { code, stdout } = await antenna('verify', '--ids', logs, '--republish');
      expect({ code, sent: stdout[1] }).toEqual({
        code: 0,
        sent: expect.stringMatching(/^sent 1 of 1 crash id to queue .*processing$/),
      });
      expect(await published()).toEqual([firefox]);
    });

    it('republishes crashes that pass a filter, deferred ones when asked', async () => {
      const args = ['republish', '--since', '20261101', '--product', 'Firefox'];
      expect((await antenna(...args, '--dry-run')).stdout[0]).toMatch(/^would send 2 crash ids/);
      expect(await published()).toEqual([]);
      const state = ['--state', join(directory.path, 'state')];
      expect(await antenna(...args, ...state, '--confirm')).toMatchObject({ code: 0 });
      expect(await published()).toEqual([firefox, later]);
      expect((await antenna(...args, ...state, '--confirm')).stdout[0]).toMatch(/^sent 0 of 0/);
      await antenna(...args, '--include-deferred', '--confirm');
      expect(await published()).toEqual([firefox, deferred, later]);
    });

    it('removes an annotation, with a note and an audit line', async () => {
      const audit = join(directory.path, 'audit');
      const args = ['crashes', 'remove-annotation', 'URL', '--since', '20261101', ...because];
      const dryRun = await antenna(...args, '--dry-run', '--json');
      expect(JSON.parse(dryRun.stdout.join('\n'))).toMatchObject({ dryRun: true, changed: 2 });
      expect(await listed('--since', '20261101', '--has', 'URL')).toEqual([later, firefox]);
      const run = [...args, '--versions', '--state', join(directory.path, 'state')];
      const done = await antenna(...run, '--audit', audit);
      expect(done).toEqual({
        code: 0,
        stdout: ['removed annotations from 2 crashes of 4 examined'],
        stderr: [],
      });
      expect(await listed('--since', '20261101', '--has', 'URL')).toEqual([]);
      const audited = (await readFile(audit, 'utf8')).trimEnd().split('\n');
      expect(audited.map((line) => (JSON.parse(line) as { crashId: string }).crashId)).toEqual(
        expect.arrayContaining([firefox, later]),
      );
      expect((await antenna('show', firefox)).stdout.join('\n')).toContain(
        'Removed URL from stored crash.',
      );
      expect(await antenna(...run, '--audit', audit)).toMatchObject({
        code: 0,
        stderr: [expect.stringContaining('this run is complete')],
      });
    });

    it('erases crashes by id and by day', async () => {
      const byId = ['crashes', 'erase', '--id', firefox, ...because];
      expect((await antenna(...byId, '--dry-run')).stdout).toEqual([
        'dry run: would have erased 1 crash of 1 examined',
      ]);
      expect(await keysOf(firefox)).toHaveLength(3);
      const erased = await antenna(...byId, '--versions', '--stored', backend.location);
      expect(erased).toMatchObject({ code: 0, stdout: ['erased 1 crash of 1 examined'] });
      expect(erased.stderr).toEqual([expect.stringContaining(`"crashId":"${firefox}"`)]);
      expect(await keysOf(firefox)).toEqual([]);
      expect((await antenna(...byId)).stdout).toEqual(['erased 0 crashes of 1 examined']);
      const byDay = ['crashes', 'erase', '--date', '20261120', '--product', 'Firefox', ...because];
      expect((await antenna(...byDay, '--state', join(directory.path, 'state'))).stdout).toEqual([
        'erased 1 crash of 2 examined',
      ]);
      expect(await listed('--since', '20261101')).toEqual([later, fenix]);
    });
  });
}
