import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aMinidump,
  aReport,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;
let file: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'index', 'crashes.sqlite');
  collector = await CollectorProcess.at(directory.path, { PROCESSOR: 'on', CRASH_STATS: 'on' });
  await collector.start();
});

afterEach(async () => {
  await collector.kill();
  await directory.remove();
});

/** Sends a report, and waits until it is processed. */
async function send(): Promise<string> {
  const report = aReport().withDump('upload_file_minidump', aMinidump());
  const { crashId = '' } = await submit(collector.url, report.build());
  await waitFor(async () => await collector.stored('processed_crash', crashId), {
    timeoutMs: 30_000,
    describe: `${crashId} to be processed`,
  });
  return crashId;
}

async function ask(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(collector.address('crashStats') + path);
  return { status: answer.status, text: await answer.text() };
}

/** Waits until the pages find all of the crashes. */
async function untilFound(crashIds: readonly string[]): Promise<void> {
  let found: { status: number; text: string } | undefined;
  for (const crashId of crashIds) {
    await waitFor(
      async () => {
        found = await ask(`/search?crash_id=${crashId}`);
        return found.status === 200 && found.text.includes(`href="/crash/${crashId}"`);
      },
      { timeoutMs: 60_000, describe: () => `${crashId} to be found: ${found?.status}` },
    );
  }
}

/** Leaves the first page, so that the file can be opened. */
async function damage(): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size - 4096, 'damaged'), 0, size - 4096, 4096);
  await handle.close();
}

describe('the index of npm start', () => {
  it('catches up with crashes that were processed while its file was locked', async () => {
    const before = await send();
    await untilFound([before]);
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const meanwhile = [await send(), await send()];
    expect((await ask('/search')).status).toBe(200);
    other.exec('COMMIT');
    other.close();
    await untilFound([before, ...meanwhile, await send()]);
  }, 120_000);

  it('is made again after its file was removed, while crashes come in', async () => {
    const before = await send();
    await untilFound([before]);
    for (const ending of ['', '-wal', '-shm']) await rm(file + ending, { force: true });
    const meanwhile = await send();
    await untilFound([before, meanwhile, await send()]);
    expect(existsSync(file)).toBe(true);
  }, 120_000);

  it('is made again after its file was damaged; pages say so meanwhile', async () => {
    const before = await send();
    await untilFound([before]);
    await damage();
    const meanwhile = await send();
    // Until the processor has replaced the file, which takes it a second.
    const { status, text } = await ask('/search');
    expect(
      status === 200 || (status === 503 && /No crash is lost|are still received/.test(text)),
    ).toBe(true);
    await untilFound([before, meanwhile, await send()]);
  }, 120_000);
});
