import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1');

let directory: TemporaryDirectory;
let collector: CollectorProcess;

beforeAll(async () => {
  directory = await temporaryDirectory();
  // An empty setting is the default.
  collector = await CollectorProcess.at(directory.path, {
    HOST: '',
    PROCESSOR: 'on',
    CRASH_STATS: 'on',
  });
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await directory.remove();
});

describe('a collector with the default HOST', () => {
  it.each(hasIpv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1'])('answers on %s', async (host) => {
    const { crashStats: _crashStats, ...ports } = collector.ports;
    for (const port of Object.values(ports))
      expect((await fetch(`http://${host}:${port}/health/ready`)).status).toBe(200);
  });

  it('serves Crash Stats to this machine alone', async () => {
    const { crashStats } = collector.ports;
    expect((await fetch(`http://127.0.0.1:${crashStats}/health/ready`)).status).toBe(200);
    const other = fetch(`http://[::1]:${crashStats}/health/ready`);
    await expect(other).rejects.toThrow('fetch failed');
  });

  it('logs a URL that can be opened', () => {
    const ready = collector.running.stdout.find((line) => line.includes('"message":"ready"'));
    expect(ready).toContain(`"submit_url":"${collector.url}"`);
  });
});

describe('a collector with connections that send nothing', () => {
  it('stops cleanly, without waiting for them', async () => {
    for (const port of Object.values(collector.ports)) {
      const silent = connect(port, '127.0.0.1');
      silent.on('error', () => undefined);
      await once(silent, 'connect');
    }
    collector.running.kill('SIGTERM');

    expect(await collector.running.exit).toEqual({ code: 0, signal: null });
    expect(collector.running.stdout.filter((line) => line.includes('still busy'))).toEqual([]);
  });
});
