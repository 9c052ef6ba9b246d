import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { aReport, type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';

import { anEnvelope } from '../../test/an-envelope.js';
import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';

const id = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
let directory: TemporaryDirectory;
const started: IngestInTest[] = [];
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  for (const ingest of started.splice(0)) await ingest.close();
  await directory.remove();
});

async function start(): Promise<IngestInTest> {
  const ingest = await startIngestInTest({
    directory: directory.path,
    env: { DRAIN_TIMEOUT: '0s' },
    prepare: ({ staging }) => (staging.down = () => true),
  });
  started.push(ingest);
  return ingest;
}

describe('the spool of a starting ingest', () => {
  it('removes partial files, moves damaged ones aside and counts complete ones', async () => {
    const spool = join(directory.path, 'spool');
    for (const folder of ['envelopes', 'tmp'])
      await mkdir(join(spool, folder), { recursive: true });
    const whole = anEnvelope(id);
    await writeFile(join(spool, 'envelopes', `${id}.envelope`), whole);
    await writeFile(join(spool, 'envelopes', 'x.envelope'), whole.subarray(0, 50));
    await writeFile(join(spool, 'tmp', '1.part'), whole.subarray(0, 50));

    const ingest = await start();
    expect(await readdir(join(spool, 'tmp'))).toEqual([]);
    expect(await readdir(join(spool, 'damaged'))).toEqual(['x.envelope']);
    expect(await ingest.telemetry.value('antenna.spool.depth')).toBe(1);
    expect(await ingest.telemetry.value('antenna.spool.bytes')).toBe(whole.length);
    expect(await ingest.telemetry.value('antenna.spool.oldest_age')).toBeGreaterThanOrEqual(0);
    expect(ingest.logger.lines).toContainEqual({
      level: 'error',
      message: 'incomplete envelope moved to damaged/',
      fields: { file: 'x.envelope' },
    });
  });

  it('is locked: a second ingest refuses to start and says why', async () => {
    const first = await start();
    await expect(start()).rejects.toThrow(
      `the spool directory ${first.spool} is in use by another process; set SPOOL_DIR to another directory`,
    );
    expect((await first.submit(aReport())).outcome).toBe('accepted');
  });

  it('must be a writable directory', async () => {
    await writeFile(join(directory.path, 'spool'), 'a file');
    await expect(start()).rejects.toThrow(/^cannot write to the spool directory .*set SPOOL_DIR/);
  });
});
