import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  freePort,
  type RunningProcess,
  type ScriptedServer,
  startProcess,
  startScriptedServer,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { SeparateServices } from './observability/separate-services.js';

interface SentryEvent {
  readonly release?: string;
  readonly server_name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly exception?: { readonly values: readonly { type: string; value: string }[] };
}

let directory: TemporaryDirectory;
let sentry: ScriptedServer;
let services: SeparateServices;
let settings: Record<string, string>;

beforeAll(async () => {
  directory = await temporaryDirectory();
  sentry = await startScriptedServer();
  sentry.script((response) => response.setHeader('content-type', 'application/json').end('{}'));
  settings = {
    SENTRY_DSN: `${sentry.url.replace('//', '//publickey@')}/1`,
    SENTRY_ENVIRONMENT: 'trial',
    BROKEN_TOKEN: 'let-me-break-it',
  };
  services = await SeparateServices.in(directory.path, settings);
  await services.start('ingest');
});

afterAll(async () => {
  await services.end();
  await sentry.stop();
  await directory.remove();
});

/** The events that have come; an envelope is lines of JSON, the event's own is the one with an exception. */
function events(): SentryEvent[] {
  return sentry.requests
    .flatMap(({ body }) => body.toString().split('\n'))
    .filter((line) => line.includes('"exception"'))
    .map((line) => JSON.parse(line) as SentryEvent);
}

async function eventOf(occasion: string): Promise<SentryEvent> {
  return await waitFor(() => events().find(({ tags }) => tags?.['occasion'] === occasion), {
    timeoutMs: 15_000,
    describe: () => `an event of ${occasion} among ${JSON.stringify(events())}`,
  });
}

async function broken(authorization?: string): Promise<[number, string]> {
  const answer = await fetch(`${services.address('ingest')}/__broken__`, {
    ...(authorization !== undefined && { headers: { authorization } }),
  });
  return [answer.status, await answer.text()];
}

describe('/__broken__', () => {
  it('does not exist without its token', async () => {
    expect(await broken()).toEqual([404, 'Not Found\n']);
    expect(await broken('Bearer something-else')).toEqual([404, 'Not Found\n']);
    expect(events()).toEqual([]);
  });

  it('fails and reports the failure with release and host, without crash data', async () => {
    const form = new FormData();
    form.append('ProductName', 'Firefox');
    form.append('ReleaseChannel', 'nightly');
    form.append('Comments', 'secret-comment');
    await fetch(`${services.address('ingest')}/submit?secret=1`, { method: 'POST', body: form });

    expect(await broken('Bearer let-me-break-it')).toEqual([500, 'Internal Server Error\n']);
    const event = await eventOf('request');
    expect(event).toMatchObject({
      release: expect.stringMatching(/^antenna@\d/),
      environment: 'trial',
      server_name: expect.any(String),
      tags: { service: 'antenna-ingest', occasion: 'request' },
      exception: { values: [{ type: 'DeliberateError', value: expect.any(String) }] },
    });
    expect(Object.keys(event)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/request|user|breadcrumbs|extra|contexts/)]),
    );
    const text = sentry.requests.map(({ body }) => body.toString()).join('\n');
    for (const secret of ['secret', '127.0.0.1', 'let-me-break-it', '"vars"', 'context_line'])
      expect([secret, text.includes(secret)]).toEqual([secret, false]);
  });
});

describe('a failed start', () => {
  it('is reported to Sentry before the process ends', async () => {
    const second = await startIngest({ SPOOL_DIR: join(directory.path, 'spool') });

    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(await eventOf('start-up')).toMatchObject({
      exception: { values: [{ type: 'StartupError', value: expect.stringContaining('in use') }] },
    });
  });

  it('does not wait for a Sentry that does not answer', async () => {
    const silent = await startScriptedServer();
    const dsn = `${silent.url.replace('//', '//publickey@')}/1`;
    const second = await startIngest({ SPOOL_DIR: join(directory.path, 'spool'), SENTRY_DSN: dsn });

    expect(await second.exit).toEqual({ code: 1, signal: null });
    await silent.stop();
  });
});

async function startIngest(more: Record<string, string>): Promise<RunningProcess> {
  const entry = join(import.meta.dirname, '../dist/apps/ingest/src/main.js');
  const PORT = String(await freePort());
  return await startProcess([entry], { env: { ...services.env, ...more, PORT } });
}
