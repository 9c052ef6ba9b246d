/** Commands on many stored crashes: killed in the middle, and their memory. */
import { readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { rawCrashKey } from '#antenna/crash-report';
import {
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

const main = resolve(import.meta.dirname, '../../dist/apps/cli/src/main.js');
/** Prints the most memory that the process had, in KiB. */
const printsMemory =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`max RSS ${process.resourceUsage().maxRSS}\\n`))';
const days = ['20', '21', '22', '23'];

let directory: TemporaryDirectory;
let store: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  store = join(directory.path, 'store');
});

afterEach(() => directory.remove());

function crashIdOf(number: number, day: string): string {
  // The first digits differ, so that kills are spread over all of the order.
  const first = ((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${first}-cbbf-4589-a673-34f8002611${day}`;
}

/** Crashes of a collector without dumps; not synced, since no power cut is tested. */
async function storeCrashes(count: number, dayOf: (index: number) => string): Promise<string[]> {
  const ids: string[] = [];
  for (const day of days)
    await mkdir(join(store, 'v1', 'raw_crash', `202611${day}`), { recursive: true });
  for (let first = 0; first < count; first += 500) {
    const indexes = Array.from({ length: Math.min(500, count - first) }, (_, n) => first + n);
    await Promise.all(
      indexes.map(async (index) => {
        const crashId = crashIdOf(index, dayOf(index));
        ids.push(crashId);
        await writeFile(join(store, rawCrashKey(crashId)), rawCrashOf(crashId, 'a note'));
      }),
    );
  }
  return ids;
}

function rawCrashOf(crashId: string, ...notes: string[]): string {
  const secret = notes.length === 1 ? '"Secret":"to be removed",' : '';
  return `{"Kept":1.0,"ProductName":"Firefox",${secret}"metadata":{"collector_notes":${JSON.stringify(notes)}},"uuid":"${crashId}"}`;
}

async function antenna(...args: string[]): Promise<RunningProcess> {
  return await startProcess([
    '--max-old-space-size=80',
    '--import',
    printsMemory,
    main,
    'crashes',
    ...args,
  ]);
}

/** Lists a day of {@link store} with a heap that is too small for a list of all its crashes as objects. */
async function listing(): Promise<{ count: number; mebibytes: number }> {
  const run = await antenna('ls', '--date', '20261120', '--stored', store, '--json');
  expect((await run.exit).code).toBe(0);
  const times = run.stdout.map((line) => (JSON.parse(line) as { stored: string }).stored);
  expect(times.findIndex((time, index) => index > 0 && time > (times[index - 1] ?? ''))).toBe(-1);
  const [, kibibytes] = /^max RSS (\d+)$/.exec(run.stderr.at(-1) ?? '') ?? [];
  return { count: times.length, mebibytes: Math.round(Number(kibibytes) / 1024) };
}

describe('a removal that is killed ten times', () => {
  it('removes the annotation from all of 20,000 crashes and damages none', async () => {
    const ids = await storeCrashes(20_000, (index) => days[index % days.length] ?? '');
    expect(new Set(ids).size).toBe(20_000);
    const [state, audit] = [join(directory.path, 'state'), join(directory.path, 'audit')];
    await writeFile(audit, '');
    const options = [
      '--since',
      '20261101',
      '--reason',
      'a test',
      '--rate',
      '10000',
      '--state',
      state,
    ];
    const start = async (): Promise<RunningProcess> =>
      await antenna('remove-annotation', 'Secret', ...options, '--audit', audit, '--stored', store);
    const lineBytes = 300;
    for (let kill = 0; kill < 10; kill += 1) {
      const before = statSync(audit).size;
      const until = before + Math.random() * 1500 * lineBytes;
      const run = await start();
      await waitFor(() => statSync(audit).size > until, {
        timeoutMs: 60_000,
        describe: () => run.lines.join('\n'),
      });
      // Otherwise it would always be at the beginning of a batch.
      await sleep(Math.random() * 150);
      run.kill();
      expect(await run.exit).toEqual({ code: null, signal: 'SIGKILL' });
    }
    const last = await start();
    expect({
      ...(await last.exit),
      errors: last.stderr.filter((line) => !line.startsWith('max RSS')),
    }).toEqual({ code: 0, signal: null, errors: [] });

    expect(await readdir(join(store, '.tmp'))).toEqual([]);
    const wrong = ids.filter(
      (id) =>
        readFileSync(join(store, rawCrashKey(id)), 'utf8') !==
        rawCrashOf(id, 'a note', 'Removed Secret from stored crash.'),
    );
    expect(wrong).toEqual([]);
    const lines = (await readFile(audit, 'utf8')).trimEnd().split('\n');
    const audited = lines.map((line) => (JSON.parse(line) as { crashId: string }).crashId);
    expect(new Set(audited)).toEqual(new Set(ids));
    // Only those that were in flight at a kill can have a second line.
    expect(audited.length).toBeLessThanOrEqual(20_000 + 10 * 16);
    expect((await readdir(join(store, 'v1', 'raw_crash', '20261120'))).length).toBe(5000);
    process.stdout.write(`removal: 10 kills, ${audited.length - 20_000} audit lines twice\n`);
  });
});

describe('a listing of 200,000 crashes of one day', () => {
  it('has all, newest first, in little more memory than one of 2,000', async () => {
    await storeCrashes(2000, () => '20');
    const few = await listing();
    await storeCrashes(200_000, () => '20');
    const many = await listing();
    expect([few.count, many.count]).toEqual([2000, 200_000]);
    process.stdout.write(
      `listing: ${few.mebibytes} MiB for 2,000, ${many.mebibytes} MiB for 200,000\n`,
    );
    expect(many.mebibytes).toBeLessThan(few.mebibytes + 220);
  });
});
