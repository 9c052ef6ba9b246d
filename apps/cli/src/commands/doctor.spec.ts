import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRunningCollector } from '#antenna/backends';
import {
  freePort,
  type ScriptedServer,
  startScriptedServer,
  temporaryDirectory,
} from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { doctorOf } from '../../test/doctor-findings.js';
import { OperatorData } from '../../test/operator-data.js';
import { runCaptured } from '../../test/run-captured.js';

const status = {
  live: { revision: 'abc', origin: 'source', rules: 2 },
  source: { name: 'rules.yaml' },
  instances: [{ instance: 'ingest-0', revision: 'abc' }],
};

describe('antenna doctor on a data directory', () => {
  let data: OperatorData;
  let services: ScriptedServer;
  let answers: Record<string, { code?: number; body: object }>;

  beforeEach(async () => {
    data = await OperatorData.create();
    await mkdir(join(data.path, 'spool', 'envelopes'), { recursive: true });
    services = await startScriptedServer();
    answers = { '/v1/status': { body: status } };
    services.script((response, { url }) => {
      const { code = 200, body } = answers[url] ?? { body: {} };
      response.writeHead(code).end(JSON.stringify(body));
    });
  });

  afterEach(async () => {
    await services.stop();
    await data.dispose();
  });

  const doctor = doctorOf(async (args) => {
    const urls = ['--ingest-url', services.url, '--throttle-config-url', services.url];
    return await data.run(['doctor', ...urls, ...args], { environment: { RETENTION: '30' } });
  });

  it('fails for a RETENTION with which crashmover does not start', async () => {
    const environment = { RETENTION: 'banana', THROTTLE_CONFIG_URL: services.url };
    const { stdout } = await data.run(['doctor'], { environment });
    expect(stdout).toMatch(
      /^error +data\.retention +RETENTION=banana is no number of days\. Fix: RETENTION=30 npm start$/m,
    );
  });

  it('names THROTTLE_CONFIG_URL if it is not an address', async () => {
    const environment = { THROTTLE_CONFIG_URL: 'throttle-config:8001' };
    const { code, stderr } = await data.run(['doctor'], { environment });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'error: THROTTLE_CONFIG_URL=throttle-config:8001: must be an address that begins with http:// or https://, such as http://127.0.0.1:8001\n',
    });
  });

  it('has one line for each check, and exits with 0 when all are ok', async () => {
    const { code, stdout, stderr } = await doctor.run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      'ok data.exists',
      'ok data.space',
      'ok data.retention',
      'ok spool.age',
      'ok intake.depth',
      'ok processing.depth',
      'ok dead-letters.depth',
      'ok processing-dead-letters.depth',
      'ok ingest.ready',
      'ok ingest.backends',
      'ok throttle-config.ready',
      'ok rules.live',
      'ok rules.edit',
      'ok rules.instances',
      '',
    ]);
  });

  it('asks the services of the collector that runs on the data directory', async () => {
    const submitUrl = `${services.url}/submit`;
    await writeRunningCollector(data.path, {
      pid: 1,
      submitUrl,
      throttleConfigUrl: services.url,
    });
    const { code, stdout } = await data.run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +rules\.live +2 rules/m);
  });

  it('warns of dead letters, which --strict makes an error and --skip leaves out', async () => {
    await data.deadLetter();
    expect(await doctor.findings()).toMatchObject({
      'dead-letters.depth': { status: 'warning', message: '1 dead letter' },
    });
    expect((await doctor.run()).code).toBe(0);
    const strict = await doctor.run('--strict');
    expect(strict).toMatchObject({ code: 1, stderr: 'error: 0 errors, 1 warning\n' });
    expect((await doctor.run('--strict', '--skip', 'dead-letters')).code).toBe(0);
    expect(await doctor.findings('--skip', 'dead-letters', 'rules.live')).not.toHaveProperty([
      'dead-letters.depth',
    ]);
  });

  it('reports a report that waits in the spool', async () => {
    // Without a valid header, it is dated by the file: as old as the epoch, when the clock says so.
    const file = join(data.path, 'spool/envelopes/de1bb258-cbbf-4589-a673-34f801261120.envelope');
    await writeFile(file, '');
    const { stdout, code } = await data.run(['doctor', '--json'], {
      now: () => new Date(Date.now() + 3_600_000),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('the oldest report has waited for 1h');
  });

  it.each<[string, Record<string, { code?: number; body: object }>, object]>([
    [
      'ingest is not ready',
      {
        '/health/ready': {
          code: 503,
          body: { status: 'error', error: { spool: { message: 'the spool is full' } } },
        },
      },
      {
        'ingest.ready': {
          status: 'error',
          message: expect.stringMatching(/answers 503: spool: the spool is full$/),
        },
      },
    ],
    [
      'a backend of ingest fails its check',
      { '/__heartbeat__': { code: 503, body: { errors: ['staging: AccessDenied'] } } },
      {
        'ingest.backends': {
          status: 'error',
          message: expect.stringMatching(/503: staging: AccessDenied$/),
        },
      },
    ],
    [
      'the live rules come from the cache',
      {
        '/v1/status': {
          body: {
            ...status,
            live: { ...status.live, origin: 'cache' },
            source: { name: 'rules.yaml', problem: 'ENOENT' },
          },
        },
      },
      {
        'rules.live': {
          status: 'warning',
          message: '2 rules of the cache are live; the source: ENOENT',
        },
      },
    ],
    [
      'only the bundled rules are live',
      { '/v1/status': { body: { ...status, live: { ...status.live, origin: 'bundled' } } } },
      { 'rules.live': { status: 'error', message: expect.stringContaining('bundled') } },
    ],
    [
      'the last edit was refused',
      {
        '/v1/status': {
          body: {
            ...status,
            refused: { at: '2026-11-20T10:00:00Z', errors: [{ message: 'unknown function x()' }] },
          },
        },
      },
      {
        'rules.edit': {
          status: 'error',
          message: expect.stringMatching(/ago was refused: unknown function x\(\)$/),
        },
      },
    ],
    [
      'an ingest instance runs other rules',
      {
        '/v1/status': {
          body: {
            ...status,
            instances: [...status.instances, { instance: 'ingest-1', revision: 'old' }],
          },
        },
      },
      {
        'rules.instances': {
          status: 'warning',
          message: '1 of 2 ingest instances runs other rules: ingest-1',
        },
      },
    ],
    [
      'no ingest instance has asked for rules',
      { '/v1/status': { body: { ...status, instances: [] } } },
      { 'rules.instances': { status: 'warning' } },
    ],
    [
      'throttle-config answers with something else',
      { '/v1/status': { body: [] } },
      { 'rules.live': { status: 'error' }, 'rules.edit': { status: 'skipped' } },
    ],
  ])('says that %s', async (_, scripted, expected) => {
    Object.assign(answers, scripted);
    expect(await doctor.findings()).toMatchObject(expected);
  });

  it('reports services that do not answer, each in a line', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    const urls = ['--ingest-url', away, '--throttle-config-url', away];
    expect(await doctor.findings(...urls)).toMatchObject({
      'ingest.ready': { status: 'error', message: `no answer from ${away}: ECONNREFUSED` },
      'throttle-config.ready': { status: 'error' },
      'rules.live': { status: 'error' },
      'rules.instances': { status: 'skipped' },
      'intake.depth': { status: 'ok' },
    });
  });

  it('finishes the other checks when a service hangs', async () => {
    services.script(() => undefined);
    expect(await doctor.findings('--timeout', '1s')).toMatchObject({
      'intake.depth': { status: 'ok' },
      'ingest.ready': { status: 'error', message: expect.stringContaining('within 1000 ms') },
      'rules.live': { status: 'error', message: expect.stringContaining('within 1000 ms') },
    });
  });

  it('creates nothing where there is no data directory', async () => {
    const empty = await temporaryDirectory();
    const unused = await failingAt(empty.path);
    expect(unused).toMatch(/^error +data.exists +\S+crashes does not exist. Fix: npm start/);
    expect(unused).toMatch(/^skipped +spool.age +no spool at/m);
    expect(unused).toMatch(/^skipped +intake.depth +no queues in/m);
    expect(await failingAt(join(empty.path, 'none'))).toMatch(
      /^error +data.exists +.*no data directory/,
    );
    expect(await readdir(empty.path)).toEqual([]);
    await empty.remove();
  });

  it('rejects --as, an unknown role and an invalid setting', async () => {
    expect((await doctor.run('--as', 'ingest')).stderr).toMatch(/^error: --as needs BACKEND=aws/);
    expect((await doctor.run('--as', 'root')).stderr).toMatch(/Allowed choices are ingest, /);
    const environment = { BACKEND: 'aws', AWS_REGION: 'x' };
    const { code, stderr } = await data.run(['doctor'], { environment });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/STAGING_BUCKET is not set.*CRASH_BUCKET is not set/),
    });
  });
});

async function failingAt(dataDirectory: string): Promise<string> {
  const { code, stdout } = await runCaptured(['doctor', '--data-dir', dataDirectory]);
  expect(code).toBe(1);
  return stdout;
}
