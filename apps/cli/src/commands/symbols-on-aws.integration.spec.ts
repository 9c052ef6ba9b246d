import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AwsStandIns,
  startAwsStandIns,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const id = '44E4EC8C2F41492B9369D6B9A059577C2';

describe('antenna symbols on S3', () => {
  let standIns: AwsStandIns;
  let directory: TemporaryDirectory;
  let environment: Record<string, string>;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    standIns = await startAwsStandIns({ buckets: ['symbols'] });
    // The SDK's own chain of credentials looks only here.
    Object.assign(process.env, standIns.environment);
    const { endpoint, region } = standIns.connection;
    const SYMBOLS = 'http://127.0.0.1:1,s3://symbols/app';
    environment = { BACKEND: 'aws', AWS_REGION: region, S3_ENDPOINT: endpoint, SYMBOLS };
  }, 60_000);

  afterAll(async () => {
    await standIns.stop();
    await directory.remove();
  });

  const run = (args: readonly string[], changed = {}): Promise<CapturedRun> =>
    runCaptured(['symbols', ...args], { environment: { ...environment, ...changed } });

  it('adds to the first bucket of SYMBOLS, lists and checks it', async () => {
    const file = join(directory.path, 'x.sym');
    await writeFile(file, `MODULE windows x86_64 ${id} the app+.pdb\nPUBLIC 1000 0 main\n`);
    const added = await run(['add', file]);
    expect(added).toMatchObject({ code: 0, stderr: '1 file added to s3://symbols/app\n' });
    expect(added.stdout).toMatch(`added     the app+.pdb/${id}/the app+.sym  windows x86_64  `);
    expect((await run(['add', file])).stdout).toMatch(/^replaced /);
    expect((await run(['ls'])).stdout).toMatch(`the app+.pdb  ${id}  windows  x86_64  `);
    const checked = await run(['check', '--module', `the app+.pdb/${id}`, '--json']);
    expect(JSON.parse(checked.stdout)).toMatchObject([
      { found: 's3://symbols/app', places: [{ state: 'unreachable' }, { state: 'found' }] },
    ]);
  });

  it('names the place that cannot be used', async () => {
    const { code, stderr } = await run(['ls'], { SYMBOLS: 's3://other-bucket' });
    expect(stderr).toMatch(/^error: s3:\/\/other-bucket: NoSuchBucket/);
    expect(code).toBe(1);
  });
});
