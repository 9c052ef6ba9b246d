import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  type ProcessExit,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { cliEntry, CollectorProcess } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;

beforeAll(async () => {
  directory = await temporaryDirectory();
  collector = await CollectorProcess.at(directory.path);
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await directory.remove();
});

/** The command line on the collector's data. */
async function antenna(...args: string[]): Promise<ProcessExit & { stdout: readonly string[] }> {
  const command = await startProcess([cliEntry, ...args], {
    env: { ANTENNA_DATA_DIR: directory.path },
  });
  return { ...(await command.exit), stdout: command.stdout };
}

/** What `curl -F ProductName=Firefox … -F upload_file_minidump=@file` sends. */
async function post(fields: Readonly<Record<string, string>>, minidump: Buffer) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const file = new Blob([new Uint8Array(minidump)], { type: 'application/octet-stream' });
  form.append('upload_file_minidump', file, 'some.dmp');
  const answer = await fetch(collector.url, { method: 'POST', body: form });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}

describe('the first minute', () => {
  it('accepts a report, stores it byte for byte and publishes its id', async () => {
    const minidump = randomBytes(200_000);
    const fields = { ProductName: 'Firefox', ReleaseChannel: 'nightly', Vendor: 'Größe 😀' };
    const { status, body, headers } = await post(fields, minidump);

    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain']);
    const crashId = /^CrashID=bp-([0-9a-f-]{29}0\d{6})\n$/.exec(body)?.[1] ?? body;
    const day = `20${crashId.slice(-6)}`;
    await waitFor(async () => (await collector.stored('raw_crash', day, crashId)).length > 0);

    expect(await collector.stored('dump', crashId)).toEqual(minidump);
    expect((await collector.stored('dump_names', crashId)).toString()).toBe(
      '["upload_file_minidump"]',
    );
    const rawCrash = JSON.parse((await collector.stored('raw_crash', day, crashId)).toString());
    expect(rawCrash).toMatchObject({
      ...fields,
      uuid: crashId,
      version: 2,
      metadata: { payload: 'multipart', payload_compressed: '0', throttle_rule: 'is_nightly' },
    });
    expect(Object.keys(rawCrash)).toEqual(Object.keys(rawCrash).toSorted());

    await collector.drained();
    expect(await antenna('queue', 'receive', 'processing')).toEqual({
      code: 0,
      signal: null,
      stdout: [crashId],
    });
    const shown = await antenna('show', `bp-${crashId}`, '--json');
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.stdout.join('\n'))).toMatchObject({
      crashId,
      rawCrash,
      dumps: [{ name: 'upload_file_minidump', size: 200_000, state: 'verified' }],
    });
  });

  it('discards a report that a rule rejects, and stores nothing', async () => {
    const before = await collector.storedCrashIds();
    const { status, body } = await post({ ProductName: 'Netscape' }, Buffer.from('MDMP'));

    expect([status, body]).toEqual([200, 'Discarded=rule_unsupported_product']);
    await collector.drained();
    expect(await collector.storedCrashIds()).toEqual(before);
  });

  it('accepts reports of the command line', async () => {
    const sent = await antenna('send', '--url', collector.url, '--size', '10KiB');

    expect(sent.code).toBe(0);
    expect(sent.stdout.join('\n')).toMatch(/bp-[0-9a-f-]{36}/);
  });

  it('serves the rules of the data directory', async () => {
    const answer = await fetch(`${collector.address('throttleConfig')}/v1/ruleset`);

    expect(answer.status).toBe(200);
    const { rules } = (await answer.json()) as { rules: { name: string }[] };
    expect(rules.at(-1)?.name).toBe('accept_everything');
  });
});

describe.each(['ingest', 'throttleConfig', 'crashmover'] as const)(
  'the health of %s',
  (service) => {
    it.each([
      '/__version__',
      '/__heartbeat__',
      '/__lbheartbeat__',
      '/health/startup',
      '/health/live',
      '/health/ready',
    ])('answers %s with 200', async (path) => {
      const answer = await fetch(collector.address(service) + path);

      expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
    });
  },
);

describe('the log in a pipe', () => {
  it('has a mozlog line for each event', async () => {
    expect(collector.running.stdout.length).toBeGreaterThan(5);
    for (const line of collector.running.stdout) {
      expect(JSON.parse(line)).toEqual({
        Timestamp: expect.any(Number),
        Type: expect.stringMatching(/^antenna\.(antenna|ingest|crashmover|throttle-config)$/),
        Logger: 'antenna',
        Hostname: expect.any(String),
        EnvVersion: '2.0',
        Severity: expect.any(Number),
        Pid: collector.running.pid,
        Fields: expect.objectContaining({
          message: expect.any(String),
          host_id: expect.any(String),
        }),
      });
      expect(line).toMatch(/"Timestamp":\d{19},/);
    }
    expect(collector.running.stderr).toEqual([]);
  });

  it('has no line above the level of information', () => {
    expect(collector.running.stdout).not.toEqual([]);
    const severe = collector.running.stdout.filter((line) => !line.includes('"Severity":6'));
    expect(severe).toEqual([]);
  });
});

/** The last one: it ends the process. */
describe('a stop signal', () => {
  it('ends the process with exit code 0', async () => {
    expect(await collector.running.stop()).toEqual({ code: 0, signal: null });
  });
});
