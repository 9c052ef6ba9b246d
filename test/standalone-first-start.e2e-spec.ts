/** A start without settings: the rules of a new data directory, and what the log says about settings and reports. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { readRunningCollector } from '#antenna/backends';
import {
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { antenna, CollectorProcess, standaloneEntry } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await collector.kill();
  await directory.remove();
});

async function start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  collector = await CollectorProcess.at(directory.path, { RULES: '', ...settings });
  await collector.start();
}

async function submit(fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return await (await fetch(collector.url, { method: 'POST', body })).text();
}

const rules = (name: string) =>
  readFile(join('charts/antenna/files/throttle-rules', `${name}.yaml`), 'utf8');
const rulesInUse = () => readFile(join(directory.path, 'throttle-rules.yaml'), 'utf8');

interface LoggedLine {
  readonly Severity: number;
  readonly Fields: Readonly<Record<string, unknown>>;
}
const logged = (): LoggedLine[] =>
  collector.running.stdout.map((line) => JSON.parse(line) as LoggedLine);
const warnings = () =>
  logged()
    .filter(({ Severity }) => Severity < 6)
    .map(({ Fields }) => Fields['message']);

describe('the rules of a new data directory', () => {
  it('accept every product, by whatever names its client sends', async () => {
    await start();

    expect(await submit({ ProductName: 'MyGame', Version: '1.0' })).toMatch(/^CrashID=bp-/);
    expect(await submit({ prod: 'Electron', ver: '30.0', _productName: 'App' })).toMatch(
      /^CrashID=bp-/,
    );
    expect(await rulesInUse()).toBe(await rules('accept-all'));
  });

  it('are Mozilla’s with RULES=mozilla, also at the next start', async () => {
    await start({ RULES: 'mozilla' });
    expect(await submit({ ProductName: 'MyGame' })).toBe('Discarded=rule_unsupported_product');
    expect(await rulesInUse()).toBe(await rules('mozilla'));

    await collector.running.stop();
    await collector.start();
    expect(await submit({ ProductName: 'MyGame' })).toBe('Discarded=rule_unsupported_product');
    expect(warnings()).toEqual([]);
  });

  it('stay if there are any, and the log says that RULES has no effect', async () => {
    await start();
    const edited = `# ours\n${await rulesInUse()}`;
    await writeFile(join(directory.path, 'throttle-rules.yaml'), edited);
    await collector.running.stop();
    await start({ RULES: 'mozilla' });

    const rulesFile = join(directory.path, 'throttle-rules.yaml');
    expect(warnings()).toEqual([
      `RULES=mozilla has no effect: ${rulesFile} exists and stays in use; remove it, then start again, to get these rules`,
    ]);
    expect(await rulesInUse()).toBe(edited);
    expect(await submit({ ProductName: 'MyGame' })).toMatch(/^CrashID=bp-/);
  });
});

describe('the log line of a rejected report', () => {
  it('names rule, product, version and channel, printable and at most 100 characters long', async () => {
    await start({ RULES: 'mozilla' });
    await submit({ prod: 'Größe\u001b[2J', ver: 'v'.repeat(1000), channel: 'dev' });
    await collector.running.waitForLine('REJECT');

    const line = logged().find(({ Fields }) => Fields['outcome'] === 'rejected');
    expect(line?.Fields).toMatchObject({
      message: 'matched by unsupported_product; returned REJECT',
      rule: 'unsupported_product',
      product: 'Größe?[2J',
      version: 'v'.repeat(100),
      channel: 'dev',
    });
  });
});

describe('the log of a start', () => {
  it('has one summary of the settings that differ from their default, without secrets', async () => {
    await start({
      MAX_UPLOADS: '10',
      RETENTION: '30',
      LOG_LEVEL: 'info',
      SUBMITTER_TOKEN: 'secret',
    });

    const summaries = logged().filter(({ Fields }) => 'MAX_UPLOADS' in Fields);
    expect(summaries).toHaveLength(1);
    expect(summaries[0]?.Fields).toEqual({
      message: 'settings that differ from their default',
      host_id: expect.any(String),
      ANTENNA_DATA_DIR: directory.path,
      HOST: '127.0.0.1',
      PORT: String(collector.ports.ingest),
      THROTTLE_CONFIG_PORT: String(collector.ports.throttleConfig),
      CRASHMOVER_PORT: String(collector.ports.crashmover),
      CRASH_STATS: 'false',
      CRASH_STATS_PORT: String(collector.ports.crashStats),
      MAX_UPLOADS: '10',
      PROCESSOR: 'false',
      PROCESSOR_PORT: String(collector.ports.processor),
      RETENTION: '30',
      SUBMITTER_TOKEN: '***',
    });
    expect(collector.running.stdout.join('\n')).not.toContain('secret');
  });

  it('says that BACKEND=aws has no effect', async () => {
    await start({ BACKEND: 'aws' });
    expect(warnings()).toEqual([
      `BACKEND=aws has no effect: this process keeps everything in ${directory.path}; for S3 and SQS, run each service by itself`,
    ]);
  });

  it('points out misspelt settings, and takes no variable of others for one', async () => {
    const ordinary =
      'MAIL PGHOST PGPORT REPORT EXPORT OLDPWD SHLVL LOGNAME LC_ALL HOSTNAME HOSTTYPE EDITOR PAGER COLUMNS LINES ' +
      'NODE_ENV NO_COLOR INIT_CWD npm_config_cache HTTPS_PROXY NO_PROXY KUBERNETES_PORT KUBERNETES_SERVICE_HOST ' +
      'POD_NAME ANTENNA_INGEST_SERVICE_PORT AWS_PROFILE AWS_DEFAULT_REGION AWS_ROLE_ARN AWS_ENDPOINT_URL ' +
      'AWS_WEB_IDENTITY_TOKEN_FILE AWS_MAX_ATTEMPTS OTEL_SERVICE_NAME OTEL_RESOURCE_ATTRIBUTES ' +
      'OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_PROTOCOL OTEL_TRACES_SAMPLER CRASH_BUCKET STAGING_BUCKET';
    const others = Object.fromEntries(ordinary.split(' ').map((name) => [name, '']));
    await start({ ...others, SPOOL_CAPACTY: '1GiB', RULE: 'secret' });

    expect(warnings()).toEqual([
      'SPOOL_CAPACTY is not a setting and has no effect; did you mean SPOOL_CAPACITY?',
      'RULE is not a setting and has no effect; did you mean RULES?',
    ]);
    expect(collector.running.stdout.join('\n')).not.toContain('secret');
  });

  it('is quiet with LOG_LEVEL=warn, and antenna tail says that there is nothing to follow', async () => {
    collector = await CollectorProcess.at(directory.path, { LOG_LEVEL: 'warn' });
    const quiet = await startProcess([standaloneEntry], { env: collector.env });
    const announced = async () => (await readRunningCollector(directory.path))?.submitUrl;
    await waitFor(announced, { timeoutMs: 25_000 });
    const { code, stderr } = await antenna(['tail', '--data-dir', directory.path]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('logs no reports')]);
    await quiet.stop();
    expect(quiet.lines).toEqual([]);
  });

  it('points out misspelt settings of a single service', async () => {
    collector = await CollectorProcess.at(directory.path);
    const service = await startProcess(
      [join(standaloneEntry, '../../../throttle-config/src/main.js')],
      {
        env: { PORT: String(collector.ports.throttleConfig), RULES_SUORCE: 'file' },
      },
    );
    await service.waitForLine('did you mean RULES_SOURCE?');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
