/** `npm run start:aws-local`, once built. */
import { resolve } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { rawCrashKey } from '#antenna/crash-report';
import { aReport, type RunningProcess, startProcess, submit, waitFor } from '#antenna/testing';

const entry = resolve(import.meta.dirname, '../../dist/tools/aws-local.js');
const patience = { timeoutMs: 30_000 };

describe('three services on stand-ins for S3 and SQS', () => {
  let local: RunningProcess;

  afterEach(() => local.stop(patience));

  it('move a report to the crash bucket of the printed addresses, and stop together', async () => {
    local = await startProcess([entry]);
    const printed = async (label: string): Promise<string> => {
      const line = await local.waitForLine(label, patience);
      return /http:\S+/.exec(line)?.[0] ?? '';
    };
    const url = await printed('post crash reports to');
    const endpoint = await printed('S3 and SQS  ');
    const heartbeat = await printed("crashmover's health");
    const { crashId = '' } = await waitFor(() => submit(url, aReport().build()), patience);
    const crashes = await openS3BlobStore({
      endpoint,
      bucket: 'antenna-crashes',
      region: 'us-east-1',
      credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
    });
    const rawCrash = await waitFor(() => crashes.get(rawCrashKey(crashId)), patience);
    expect(JSON.parse(rawCrash.toString())).toMatchObject({ uuid: crashId });
    expect((await fetch(heartbeat)).status).toBe(200);

    expect(await local.stop(patience)).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await expect(fetch(heartbeat)).rejects.toThrow('fetch failed');
  }, 60_000);
});
