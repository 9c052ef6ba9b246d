import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openEmbeddedQueues } from '#antenna/message-queue';
import type { ProcessedCrash } from '#antenna/processed-crash';
import {
  aMinidump,
  aReport,
  crashedModule,
  crashedModuleSymbols,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { antenna, CollectorProcess } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;

beforeEach(async () => {
  directory = await temporaryDirectory();
  collector = await CollectorProcess.at(directory.path, {
    PROCESSOR: 'on',
    VISIBILITY_TIMEOUT: '2s',
    RETRY_BASE: '50ms',
  });
  const symbols = join(directory.path, 'symbols', crashedModule.path);
  await mkdir(dirname(symbols), { recursive: true });
  await writeFile(symbols, crashedModuleSymbols);
});

afterEach(async () => {
  await collector.kill();
  await directory.remove();
});

/** Sends a report with a real minidump; returns its crash id. */
async function send(annotations: Readonly<Record<string, string>> = {}): Promise<string> {
  const report = aReport()
    .withAnnotations(annotations)
    .withDump('upload_file_minidump', aMinidump());
  const { crashId = '' } = await submit(collector.url, report.build());
  return crashId;
}

async function processed(crashId: string): Promise<ProcessedCrash> {
  const read = async () =>
    await collector.stored('processed_crash', crashId).catch(() => undefined);
  const bytes = await waitFor(read, { timeoutMs: 30_000, describe: `${crashId} to be processed` });
  return JSON.parse(bytes.toString()) as ProcessedCrash;
}

describe('npm start', () => {
  it('makes a stack with function names of a report that was sent over HTTP', async () => {
    await collector.start();
    const crashId = await send({ Email: 'secret@example.com' });
    const { signature, json_dump: walk, ...rest } = await processed(crashId);

    expect(signature).toBe('Level::load');
    expect(walk?.threads[0]?.frames.map((frame) => frame.function)).toEqual([
      'Level::load(std::string const&)',
      'main',
    ]);
    expect(rest).toMatchObject({ uuid: crashId, product: 'Firefox', os_name: 'Linux' });
    expect(collector.running.stdout.join('\n')).not.toContain('Level::load');
    expect(JSON.stringify(rest)).not.toContain('secret');
    await waitFor(async () => (await collector.publishedIds()).length === 0);
  });

  it('processes every crash over SIGKILLs, and reprocesses those that are republished', async () => {
    await collector.start();
    const crashIds: string[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      for (let n = 0; n < 10; n += 1) crashIds.push(await send());
      await collector.kill();
      await collector.start();
    }
    const first = await Promise.all(crashIds.map(processed));
    expect(first.map(({ signature }) => signature)).toEqual(crashIds.map(() => 'Level::load'));

    const ids = join(directory.path, 'ids.txt');
    await writeFile(ids, `${crashIds[0]}\n`);
    const republished = await antenna(['republish', '--ids', ids, '--confirm'], collector.env);
    expect(republished).toMatchObject({ code: 0 });
    const before = first[0]?.date_processed ?? '';
    await waitFor(async () => (await processed(crashIds[0] ?? '')).date_processed > before);
  }, 120_000);

  it('is verified by load: a processed crash was published', async () => {
    await collector.start();
    const target = ['--url', collector.url, '--expect-stored', directory.path, '--settle', '10s'];
    const load = [
      'load',
      ...target,
      '--rate',
      '20',
      '--count',
      '20',
      '--mean',
      '20KB',
      '--p95',
      '60KB',
      '--json',
    ];
    const { code, stdout } = await antenna(load);
    const { problems, verification } = JSON.parse(stdout);

    expect({ problems, code }).toEqual({ problems: [], code: 0 });
    expect(verification.notes).toEqual([
      expect.stringMatching(/^\d+ were processed: not checked whether published only once$/),
    ]);
  }, 60_000);

  it('dead-letters a poison message, and goes on', async () => {
    await collector.start();
    const queues = await openEmbeddedQueues({ directory: join(directory.path, 'queues') });
    try {
      await queues.queue('processing').send([{ body: '../../../etc/passwd' }]);
      expect((await processed(await send())).success).toBe(true);
      const letters = await waitFor(async () => {
        const found = await queues.queue('processing-dead-letter').peek(10);
        return found.length > 0 ? found : undefined;
      });
      expect(letters).toMatchObject([
        { body: '../../../etc/passwd', attributes: { reason: 'invalid_message' } },
      ]);
    } finally {
      await queues.close();
    }
  });

  it('does not process crashes with PROCESSOR=off', async () => {
    collector = await CollectorProcess.at(directory.path, { PROCESSOR: 'off' });
    await collector.start();
    const crashId = await send();
    await waitFor(async () => (await collector.publishedIds()).includes(crashId));
    await expect(fetch(`${collector.address('processor')}/health/live`)).rejects.toThrow(
      'fetch failed',
    );
    await expect(collector.stored('processed_crash', crashId)).rejects.toThrow('ENOENT');
  });
});
