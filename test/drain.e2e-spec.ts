import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { SeparateServices } from './observability/separate-services.js';

const drainEntry = resolve(import.meta.dirname, '../dist/apps/ingest/src/drain.js');

describe('a spool whose reports cannot be shipped', () => {
  let directory: TemporaryDirectory;
  let services: SeparateServices;
  let staging: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    staging = join(directory.path, 'staging');
    services = await SeparateServices.in(directory.path, { DRAIN_TIMEOUT: '100ms' });
    await services.start('ingest');
  });

  afterEach(async () => {
    await services.end();
    await directory.remove();
  });

  it('is named by the last lines and the exit code of ingest, and is emptied by a drain', async () => {
    // A check of the store may create the directory anew between the two calls.
    await waitFor(async () => {
      await rm(staging, { recursive: true, force: true });
      await writeFile(staging, 'no directory, so nothing can be put into it');
      return true;
    });
    const url = `${services.address('ingest')}/submit`;
    const sent = await Promise.all(
      Array.from({ length: 5 }, async () => await submit(url, aReport().build())),
    );
    const ids = sent.map(({ crashId }) => crashId);
    const ingest = services.running('ingest');
    ingest.kill('SIGTERM');
    expect(await ingest.exit).toEqual({ code: 3, signal: null });
    expect(ingest.stdout.slice(-3).join('\n')).toContain(
      `5 acknowledged reports are left in the spool ${directory.path}/spool`,
    );

    await rm(staging);
    await mkdir(staging);
    const drain = await startProcess([drainEntry], { env: { ...services.env, PORT: '0' } });
    expect(await drain.exit).toEqual({ code: 0, signal: null });
    expect(await readdir(join(directory.path, 'spool/envelopes'))).toEqual([]);

    await services.start('crashmover');
    const crashmover = services.running('crashmover');
    for (const id of ids) await crashmover.waitForLine(`${id} published`);
  });

  it('cannot be drained while ingest runs, with a message that says so', async () => {
    const drain = await startProcess([drainEntry], { env: { ...services.env, PORT: '0' } });
    expect(await drain.exit).toEqual({ code: 1, signal: null });
    expect(drain.lines.join('\n')).toContain('is in use by another process');
  });
});
