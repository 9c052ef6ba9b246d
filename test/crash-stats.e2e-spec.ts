import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aMinidump,
  aReport,
  crashedModule,
  freePort,
  type RunningProcess,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess, crashStatsEntry } from './collector-process.js';
import { type OtlpReceiver, startOtlpReceiver } from './observability/otlp-receiver.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;
let receiver: OtlpReceiver;

beforeEach(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await collector.kill();
  await receiver.stop();
  await directory.remove();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  collector = await CollectorProcess.at(directory.path, {
    PROCESSOR: 'on',
    CRASH_STATS: 'on',
    // The specs ask again and again.
    API_RATE: '1000000',
    ...settings,
  });
  await collector.start();
}

async function send(): Promise<string> {
  const report = aReport().withDump('upload_file_minidump', aMinidump());
  const { crashId = '' } = await submit(collector.url, report.build());
  return crashId;
}

/** The text of a page that has the words; waits for it. */
async function pageWith(url: string, words: string): Promise<string> {
  let last = '';
  const read = async (): Promise<boolean> => {
    last = await (await fetch(url)).text();
    return last.includes(words);
  };
  await waitFor(read, { timeoutMs: 30_000, describe: () => `${words} at ${url}: ${last}` });
  return last;
}

async function startOwn(env: Readonly<Record<string, string>>): Promise<RunningProcess> {
  return await startProcess([crashStatsEntry], {
    env: { ANTENNA_DATA_DIR: directory.path, API_RATE: '1000000', ...env },
  });
}

describe('npm start', () => {
  it('says what to send, then shows the crash that was sent, on its page and on the first one', async () => {
    await start();
    const url = collector.address('crashStats');

    await pageWith(url, 'curl -F ProductName=MyGame');
    const crashId = await send();
    expect(await pageWith(`${url}/crash/${crashId}`, crashedModule.debugId)).toContain(crashId);
    await pageWith(url, 'Firefox');
  });

  it('serves the pages on loopback only, whatever HOST is', async () => {
    await start({ HOST: '0.0.0.0' });
    const listening = collector.running.stdout.filter((line) => line.includes('listening on'));

    // The URL says 127.0.0.1 for any address; a page by another name of this machine is not answered.
    expect(listening.filter((line) => line.includes('"antenna.crash-stats"'))).toHaveLength(1);
    await expect(fetch(`http://127.0.0.2:${collector.ports.crashStats}`)).rejects.toThrow(
      'fetch failed',
    );
    expect((await fetch(`http://127.0.0.2:${collector.ports.ingest}/__version__`)).status).toBe(
      200,
    );
  });

  it('serves no pages with CRASH_STATS=off', async () => {
    await start({ CRASH_STATS: 'off' });

    await expect(fetch(collector.address('crashStats'))).rejects.toThrow('fetch failed');
  });
});

describe('crash-stats as a process of its own', () => {
  it('shows crashes of the data directory, traces its requests, and ends at a stop signal', async () => {
    await start();
    const crashId = await send();
    const port = String(await freePort());
    const own = await startOwn({ PORT: port, ...receiver.environment });
    await own.waitForLine('listening on', { timeoutMs: 30_000 });
    const url = `http://127.0.0.1:${port}`;

    await pageWith(`${url}/crash/${crashId}`, crashedModule.debugId);
    expect((await fetch(`${url}/__heartbeat__`)).status).toBe(200);
    await fetch(`${url}/?secret-query=1`);
    const { traceId, kind } = await receiver.spanWith({ name: 'GET /' });
    const query = await receiver.spanWith({ name: 'index groups', traceId });
    expect(kind).toBe(2);
    expect(query.parentSpanId).toBeDefined();
    expect(receiver.text()).not.toContain('secret-query');
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /antenna_crash_stats_requests_total\{[^}]*page="home"[^}]*\} 1/,
    );
    expect(await own.stop()).toEqual({ code: 0, signal: null });
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['every address', { HOST: '::' }, 'HOST=:: with AUTH=none would show all crashes'],
    [
      'a proxy without a secret',
      { AUTH: 'proxy', HOST: '::' },
      'AUTH_PROXY_SECRET has 0 characters',
    ],
    [
      'buckets without an index',
      { BACKEND: 'aws', AWS_REGION: 'us-east-1', CRASH_BUCKET: 'crashes' },
      'CRASH_INDEX is not set',
    ],
  ])('refuses to start on %s, without a stack trace', async (_what, env, problem) => {
    await start();
    const own = await startOwn({ PORT: '0', ...env });

    expect((await own.exit).code).toBe(1);
    expect(own.stderr.join('\n')).toContain(problem);
    expect(own.lines.filter((line) => /^\s+at |\\n\s+at /.test(line))).toEqual([]);
  });
});
