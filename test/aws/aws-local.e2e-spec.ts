import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { processedCrashKey, rawCrashKey } from '#antenna/crash-report';
import { aReport, freePort, type RunningProcess, submit, waitFor } from '#antenna/testing';

import { startAwsLocal } from './aws-local-process.js';

const patience = { timeoutMs: 30_000 };

describe('the services on stand-ins for S3 and SQS', () => {
  let local: RunningProcess;

  afterEach(() => local.stop(patience));

  it('move a report of any product to the crash bucket of the printed addresses, and stop together', async () => {
    const port = String(await freePort());
    local = await startAwsLocal({ PORT: port });
    const printed = async (label: string): Promise<string> => {
      const line = await local.waitForLine(label, patience);
      return /http:\S+/.exec(line)?.[0] ?? '';
    };
    const url = await printed('post crash reports to');
    expect(url).toBe(`http://127.0.0.1:${port}/submit`);
    // The services had logged all of their start.
    expect(local.stdout.filter((line) => line.includes('"message":"listening on'))).toHaveLength(4);
    const endpoint = await printed('S3 and SQS  ');
    const heartbeat = await printed("crashmover's health");
    expect((await fetch(await printed('rules page'))).status).toBe(200);
    const report = aReport().withAnnotation('ProductName', 'MyGame').build();
    const { crashId = '' } = await submit(url, report);
    const crashes = await openS3BlobStore({
      endpoint,
      bucket: 'antenna-crashes',
      region: 'us-east-1',
      credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
    });
    const rawCrash = await waitFor(() => crashes.get(rawCrashKey(crashId)), patience);
    expect(JSON.parse(rawCrash.toString())).toMatchObject({ uuid: crashId });
    const processed = await waitFor(() => crashes.get(processedCrashKey(crashId)), patience);
    expect(JSON.parse(processed.toString())).toMatchObject({ uuid: crashId, product: 'MyGame' });
    expect((await fetch(heartbeat)).status).toBe(200);
    expect((await fetch(await printed("processor's health"))).status).toBe(200);

    expect(await local.stop(patience)).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await expect(fetch(heartbeat)).rejects.toThrow('fetch failed');
  }, 60_000);

  it.each(['CRASHMOVER_PORT', 'PROCESSOR_PORT', 'STAND_INS_PORT'])(
    'do not start if the port of %s is in use, which they name',
    async (setting) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      local = await startAwsLocal({ [setting]: String(port) });
      expect((await local.exit).code).toBe(1);
      expect(local.stderr).toEqual([
        expect.stringMatching(`cannot listen on 127.0.0.1:${port}.*; set ${setting} to another`),
      ]);
      server.close();
    },
  );
});
