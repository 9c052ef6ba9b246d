import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';
import { type OtlpReceiver, startOtlpReceiver } from './observability/otlp-receiver.js';
import { checksThat, judgedBySystemtest, runSystemtest } from './systemtest-process.js';

/** Port 1 of this machine. */
const nobody = 'http://127.0.0.1:1';

let directory: TemporaryDirectory;
let receiver: OtlpReceiver;
let collector: CollectorProcess;
let other: CollectorProcess;
let logFile: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
  collector = await CollectorProcess.at(join(directory.path, 'one'), receiver.environment);
  other = await CollectorProcess.at(join(directory.path, 'two'));
  await Promise.all([collector.start(), other.start()]);
  logFile = join(directory.path, 'antenna.log');
  await writeFile(logFile, '');
});

afterAll(async () => {
  await collector.kill();
  await other.kill();
  await receiver.stop();
  await directory.remove();
});

/** What an operator would do by a pipe: the process's lines, as they come, in a file. */
function logsToFile(): () => void {
  const file = createWriteStream(logFile, { flags: 'a' });
  let written = 0;
  const timer = setInterval(() => {
    const { stdout } = collector.running;
    for (; written < stdout.length; written += 1) file.write(`${stdout[written]}\n`);
  }, 50);
  return () => {
    clearInterval(timer);
    file.end();
  };
}

describe('the system test of a working collector', () => {
  it('runs every check, all pass, and nothing is left behind', async () => {
    const stopLogs = logsToFile();
    const outcome = await judgedBySystemtest({
      url: collector.address('ingest'),
      'data-dir': collector.dataDirectory,
      'crashmover-url': collector.address('crashmover'),
      'throttle-config-url': collector.address('throttleConfig'),
      logs: logFile,
    });
    stopLogs();

    expect(outcome.checks).not.toEqual([]);
    expect(outcome.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(outcome).toMatchObject({ code: 0, ok: true, counts: { failed: 0, skipped: 0 } });
    expect(outcome.counts.ok).toBeGreaterThanOrEqual(55);
    expect(await collector.storedCrashIds()).toEqual([]);
    expect(await collector.publishedIds()).toEqual([]);
  });

  it('lists skipped checks and the options that enable them', async () => {
    const outcome = await judgedBySystemtest({ url: collector.url, 'no-ingest-url': true });

    expect(outcome).toMatchObject({ code: 0, ok: true, counts: { failed: 0 } });
    const skipped = outcome.checks.filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ message }) => message)).toEqual(
      skipped.map(() => expect.stringMatching(/--[a-z]+/)),
    );
    expect(checksThat('ok', outcome)).toEqual(
      expect.arrayContaining(['accepted zstd', 'throttled unknown-product', 'too-large chunked']),
    );
  });

  it('keeps its reports, with their marker, with --keep', async () => {
    const { dataDirectory } = collector;
    await collector.drained();
    const before = await collector.storedCrashIds();
    const outcome = await judgedBySystemtest({
      url: collector.url,
      'data-dir': dataDirectory,
      keep: true,
    });
    const kept = (await collector.storedCrashIds()).filter((id) => !before.includes(id));

    expect(outcome.counts.failed).toBe(0);
    expect(kept).toHaveLength(9);
    for (const crashId of kept) {
      const raw = await collector.stored('raw_crash', `20${crashId.slice(-6)}`, crashId);
      expect(JSON.parse(raw.toString())).toMatchObject({ AntennaSystemTest: outcome.runId });
    }
    await waitFor(async () => (await collector.publishedIds()).length >= kept.length);
    expect(await collector.publishedIds()).toEqual(expect.arrayContaining(kept));
  });
});

describe('the system test of a broken collector', () => {
  it('fails when nothing arrives in the store or on the queue', async () => {
    const outcome = await judgedBySystemtest({
      url: collector.url,
      'data-dir': other.dataDirectory,
      timeout: '1s',
    });

    expect(outcome).toMatchObject({ code: 1, ok: false });
    expect(checksThat('failed', outcome)).toEqual([
      ...['plain', 'json-extra', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'no-dump', 'large'].map(
        (name) => `stored ${name}`,
      ),
      'published',
    ]);
  });

  it('fails when a service is down, and names its address', async () => {
    const outcome = await judgedBySystemtest({ url: nobody, timeout: '1s' });

    expect(outcome).toMatchObject({ code: 1, ok: false });
    expect(outcome.checks.find(({ name }) => name === 'accepted plain')).toMatchObject({
      status: 'failed',
      message: 'nothing listens at http://127.0.0.1:1/submit: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('fails when the live rules differ from those of throttle-config', async () => {
    const rules = join(directory.path, 'rules');
    await mkdir(rules);
    const third = await CollectorProcess.at(rules);
    await writeFile(
      join(rules, 'throttle-rules.yaml'),
      'apiVersion: antenna/v1\nkind: ThrottleRuleset\nrules:\n  - {name: all, match: "true", result: accept}\n',
    );
    await third.start();
    const outcome = await judgedBySystemtest({
      url: third.url,
      'data-dir': rules,
      'throttle-config-url': collector.address('throttleConfig'),
    });
    const stored = await third.storedCrashIds();
    await third.kill();

    expect(checksThat('failed', outcome)).toEqual([
      'throttled unknown-product',
      'throttled hang',
      'not-stored fake-accepted',
    ]);
    expect(stored).toEqual([]);
  });
});

describe('the command line of the system test', () => {
  it.each([
    [{}, "required option '--url <url>' not specified"],
    [{ url: 'antenna' }, 'http://127.0.0.1:8000'],
    [{ url: nobody, 'data-dir': 'nowhere' }, 'no collector has used it'],
    [{ url: nobody, logs: 'nowhere' }, '--logs'],
  ])('exits with 2 and a reason for %j', async (options, why) => {
    const { code, stdout, stderr } = await runSystemtest(options);

    expect([code, stdout]).toEqual([2, []]);
    expect(stderr.join('\n')).toContain(why);
  });
});
