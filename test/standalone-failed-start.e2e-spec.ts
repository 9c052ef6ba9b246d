import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startProcess, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess, standaloneEntry } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;

beforeEach(async () => {
  directory = await temporaryDirectory();
  collector = await CollectorProcess.at(join(directory.path, 'data'));
});

afterEach(async () => {
  await collector.kill();
  await directory.remove();
});

/** Starts it with these settings on top, and tells how it ended. */
async function failedStart(
  settings: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) {
  const env = { ...collector.env, ...settings };
  const process = await startProcess([standaloneEntry, ...args], { env });
  const { code } = await process.exit;
  // An operator's mistake: no stack trace, in whatever form.
  expect(process.lines).not.toEqual([]);
  expect(process.lines.filter((line) => /^\s+at |\\n\s+at /.test(line))).toEqual([]);
  return { code, stderr: process.stderr };
}

it('refuses RETENTION with buckets, which have lifecycle rules', async () => {
  const settings = { BACKEND: 'aws', AWS_REGION: 'us-east-1', RETENTION: '30' };
  const buckets = { STAGING_BUCKET: 'staged', CRASH_BUCKET: 'kept' };
  const crashmover = join(standaloneEntry, '../../../crashmover/src/main.js');
  const started = await startProcess([crashmover], {
    env: { ...collector.env, ...settings, ...buckets },
  });
  expect((await started.exit).code).toBe(1);
  expect(started.stderr.join('\n')).toContain(
    'RETENTION is not for BACKEND=aws: a lifecycle rule of the crash bucket removes old crashes',
  );
});

describe('a start that cannot succeed exits with 1 and a reason', () => {
  it.each([
    ['ingest', 'PORT'],
    ['throttleConfig', 'THROTTLE_CONFIG_PORT'],
    ['crashmover', 'CRASHMOVER_PORT'],
    ['crashStats', 'CRASH_STATS_PORT'],
  ] as const)('because the port of %s is in use', async (service, setting) => {
    const port = collector.ports[service];
    const server = await listenOn(port);
    const user = existsSync('/proc/net/tcp') ? ` by node (pid ${process.pid})` : '';
    expect(await failedStart({ CRASH_STATS: 'on' })).toEqual({
      code: 1,
      stderr: [
        `antenna cannot start: cannot listen on 127.0.0.1:${port}: the port is in use${user}; set ${setting} to another`,
      ],
    });
    server.close();
  });

  it('because a file has the path of the data directory', async () => {
    const dataDirectory = collector.dataDirectory;
    await writeFile(dataDirectory, 'not a directory');

    expect(await failedStart()).toEqual({
      code: 1,
      stderr: [
        expect.stringMatching(`^antenna cannot start: .*${dataDirectory}.*set ANTENNA_DATA_DIR`),
      ],
    });
  });

  it('because arguments have no effect', async () => {
    expect(await failedStart({}, ['--port', '9000'])).toEqual({
      code: 1,
      stderr: [
        expect.stringMatching(/^antenna cannot start: no arguments .*--port 9000; set .*PORT/),
      ],
    });
  });

  it('because of invalid settings, which are listed, a line each', async () => {
    const { code, stderr } = await failedStart({ SPOOL_CAPACITY: 'banana', PORT: '99999' });

    expect([code, stderr[0]]).toEqual([
      1,
      'antenna cannot start: the configuration has 2 problems:',
    ]);
    expect(stderr.slice(1).toSorted()).toEqual([
      '  PORT=99999: must be a whole number from 0 to 65535, for example PORT=8000',
      expect.stringMatching(/^ {2}SPOOL_CAPACITY=banana: must be a size .* SPOOL_CAPACITY=25MiB$/),
    ]);
  });

  it('because the first rules are invalid, with line and column of each mistake', async () => {
    await mkdir(collector.dataDirectory);
    const rulesFile = join(collector.dataDirectory, 'throttle-rules.yaml');
    await writeFile(rulesFile, brokenRules);

    expect(await failedStart()).toEqual({
      code: 1,
      stderr: [
        `antenna cannot start: the throttle rules in ${rulesFile} are invalid:`,
        expect.stringMatching(/^ {2}5:32: rule first: /),
        expect.stringMatching(/^ {2}9:13: rule second: /),
      ],
    });
  });

  it('because it is already running, on the same ports or on others', async () => {
    await collector.start();
    const other = await CollectorProcess.at(collector.dataDirectory);
    for (const env of [{}, other.env]) {
      expect(await failedStart(env)).toEqual({
        code: 1,
        stderr: [
          `antenna cannot start: already running on ${collector.address('ingest')} (pid ${collector.running.pid}) ` +
            `with the data directory ${collector.dataDirectory}. Stop it with Ctrl-C in its terminal or by ` +
            `kill ${collector.running.pid}. To run another one beside it: ANTENNA_DATA_DIR=./data-2 PORT=8010 ` +
            'THROTTLE_CONFIG_PORT=8011 CRASHMOVER_PORT=8012 PROCESSOR_PORT=8013 CRASH_STATS_PORT=8014 npm start',
        ],
      });
    }

    expect((await fetch(`${collector.address('ingest')}/health/ready`)).status).toBe(200);
  });

  it('because RULES names no rules', async () => {
    expect(await failedStart({ RULES: 'mozila' })).toEqual({
      code: 1,
      stderr: [
        'antenna cannot start: the configuration has 1 problem:',
        '  RULES=mozila: must be one of accept-all, mozilla, for example RULES=accept-all',
      ],
    });
  });
});

describe('after a failed start', () => {
  it('the next start succeeds', async () => {
    const server = await listenOn(collector.ports.ingest);
    expect((await failedStart()).code).toBe(1);
    await new Promise((resolve) => server.close(resolve));

    await collector.start();
    expect((await fetch(`${collector.address('crashmover')}/__heartbeat__`)).status).toBe(200);
  });

  it('the next start succeeds although the last process was killed', async () => {
    await collector.start();
    await collector.kill();
    await collector.start();
    expect((await fetch(`${collector.address('ingest')}/health/ready`)).status).toBe(200);
  });
});

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

const brokenRules = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: first
    match: get("ProductName" ==
    result: accept
  - name: second
    match: "true"
    result: perhaps
`;
