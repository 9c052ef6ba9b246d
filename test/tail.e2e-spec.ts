/** `antenna tail` beside `npm start`. */
import { readFile, stat } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  type RunningProcess,
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

async function tail(...args: string[]): Promise<RunningProcess> {
  const env = { ANTENNA_DATA_DIR: directory.path };
  const process = await startProcess([cliEntry, 'tail', ...args], { env });
  await waitFor(() => process.stderr.includes(`following ${collector.url}; Ctrl-C ends`));
  return process;
}

async function submit(fields: Readonly<Record<string, string>>): Promise<string> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return await (await fetch(collector.url, { method: 'POST', body })).text();
}

async function reportsUrl(): Promise<string> {
  const note = JSON.parse(await readFile(join(directory.path, 'running.json'), 'utf8'));
  return String(note.reportsUrl);
}

async function openStream(): Promise<IncomingMessage> {
  const [response] = (await once(get(await reportsUrl()), 'response')) as [IncomingMessage];
  return response;
}

const mine = {
  ProductName: 'Thunderbird',
  Version: '1.0',
  ReleaseChannel: 'beta',
  URL: 'https://secret.example/',
};

describe('antenna tail beside npm start', () => {
  it('prints a report as it is accepted, stored and published, and one that is rejected, until Ctrl-C', async () => {
    const following = await tail();
    const crashId = (await submit(mine)).trim().replace('CrashID=bp-', '');
    await following.waitForLine(`published      Thunderbird 1.0 beta  ${crashId}`);
    await submit({ prod: 'MyGame', ver: '2.0' });
    await following.waitForLine('unsupported_product');
    following.kill('SIGINT');

    expect(await following.exit).toEqual({ code: 0, signal: null });
    const time = String.raw`^\d\d:\d\d:\d\d\.\d{3} {2}`;
    expect(following.stdout).toEqual([
      expect.stringMatching(
        `${time}accepted       Thunderbird 1.0 beta  is_alpha_beta_esr  ${crashId}  \\d+ bytes$`,
      ),
      expect.stringMatching(`${time}stored         Thunderbird 1.0 beta  ${crashId}$`),
      expect.stringMatching(`${time}published      Thunderbird 1.0 beta  ${crashId}$`),
      expect.stringMatching(`${time}rejected       MyGame 2.0  unsupported_product  \\d+ bytes$`),
    ]);
  });

  it('streams nothing of a report but what the log has', async () => {
    const stream = await openStream();
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await submit(mine);
    await waitFor(() => text.includes('published'));
    stream.destroy();

    expect(text).not.toContain('secret');
    const lines = text.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(collector.running.stdout).toEqual(expect.arrayContaining(lines));
  });

  it('is closed to everyone who does not know the path, which only this user can read', async () => {
    const url = new URL(await reportsUrl());
    expect(url.hostname).toBe('127.0.0.1');
    expect((await fetch(url.origin)).status).toBe(404);
    expect((await stat(join(directory.path, 'running.json'))).mode & 0o777).toBe(0o600);
  });

  it('refuses more than eight readers', async () => {
    const streams = await Promise.all(Array.from({ length: 8 }, openStream));
    expect(streams.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    const ninth = await startProcess([cliEntry, 'tail', '--data-dir', directory.path]);
    expect([(await ninth.exit).code, ninth.stderr]).toEqual([
      1,
      ['error: too many other commands follow this collector; stop one of them'],
    ]);
    for (const stream of streams) stream.destroy();
    await waitFor(async () => {
      const stream = await openStream();
      stream.destroy();
      return stream.statusCode === 200;
    });
  });

  it('ends with exit code 0 when the collector stops', async () => {
    const following = await tail('--json');
    await collector.running.stop();
    expect(await following.exit).toEqual({ code: 0, signal: null });
    expect(following.stderr.at(-1)).toBe('the collector has stopped');
  });

  it('fails when the collector is killed', async () => {
    await collector.start();
    const following = await tail();
    await collector.kill();
    expect((await following.exit).code).toBe(1);
    expect(following.stderr.at(-1)).toMatch(/^error: the connection was lost/);
  });
});
