import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvelopeWriter } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, type CapturedRun, runCaptured } from '../../test/run-captured.js';

const older = 'de1bb258-cbbf-4589-a673-34f801261120';
const newer = '11111111-cbbf-4589-a673-34f800261120';

/** A whole envelope in memory; the collector's own sink writes to a file. */
function envelope(crashId: string, receivedAt: string): Buffer {
  const chunks: Buffer[] = [];
  const writer = new EnvelopeWriter({
    append: (bytes) => chunks.push(Buffer.from(bytes)),
    patch: (position, bytes) => {
      const whole = Buffer.concat(chunks);
      bytes.copy(whole, position);
      chunks.splice(0, chunks.length, whole);
    },
  });
  const verdict = crashId === older ? 'defer' : 'accept';
  writer.finish({ crashId, verdict, receivedAt }, [Buffer.from('{}')]);
  return Buffer.concat(chunks);
}

let data: TemporaryDirectory;
let envelopes: string;

beforeEach(async () => {
  data = await temporaryDirectory();
  envelopes = join(data.path, 'spool', 'envelopes');
  await mkdir(envelopes, { recursive: true });
});

afterEach(() => data.remove());

async function fill(): Promise<{ size: number }> {
  const bytes = envelope(older, '2026-11-20T08:00:00.000Z');
  await writeFile(join(envelopes, `${older}.envelope`), bytes);
  const late = envelope(newer, '2026-11-20T09:59:15.000Z');
  await writeFile(join(envelopes, `${newer}.envelope`), late);
  await writeFile(join(envelopes, 'draft.tmp'), 'no envelope yet');
  return { size: bytes.length };
}

function run(...args: string[]): Promise<CapturedRun> {
  return runCaptured(['spool', 'ls', '--data-dir', data.path, ...args]);
}

function ship(...args: string[]): Promise<CapturedRun> {
  return runCaptured(['spool', 'ship', '--data-dir', data.path, ...args]);
}

describe('antenna spool ls', () => {
  it('lists the oldest first', async () => {
    await fill();
    expect(await run()).toEqual({
      code: 0,
      stdout: `${older}  1.1 KiB   2h  defer\n${newer}  1.1 KiB  45s  accept\n`,
      stderr: '',
    });
  });

  it('finds the spool of --spool-dir, and of SPOOL_DIR in the environment', async () => {
    await fill();
    const { stdout } = await run();
    const directory = join(data.path, 'spool');
    expect(await runCaptured(['spool', 'ls', '--spool-dir', directory])).toMatchObject({ stdout });
    const environment = { SPOOL_DIR: directory, BACKEND: 'aws' };
    expect(await runCaptured(['spool', 'ls'], { environment })).toMatchObject({ stdout });
    expect(await runCaptured(['spool', 'ls', '--spool-dir', data.path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no spool at ${data.path}: it has no folder envelopes\n`,
    });
  });

  it('prints a JSON array with --json', async () => {
    const { size } = await fill();
    const { stdout } = await run('--json');
    expect(JSON.parse(stdout)).toEqual([
      { crashId: older, verdict: 'defer', receivedAt: '2026-11-20T08:00:00.000Z', size },
      { crashId: newer, verdict: 'accept', receivedAt: '2026-11-20T09:59:15.000Z', size },
    ]);
  });

  it('lists a damaged envelope with its fault', async () => {
    await writeFile(join(envelopes, `${newer}.envelope`), 'nonsense');
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${newer}  8 bytes  \\w+  damaged: .+\n$`));
  });

  it('reports an empty spool', async () => {
    expect(await run()).toEqual({ code: 0, stdout: '', stderr: 'the spool is empty\n' });
    expect(await run('--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('does not create a missing spool', async () => {
    const empty = await temporaryDirectory();
    const { code, stderr } = await runCaptured(['spool', 'ls', '--data-dir', empty.path]);
    const looked = join(empty.path, 'spool', 'envelopes');
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: no spool at ${looked}\n` });
    expect(await readdir(empty.path)).toEqual([]);
    await empty.remove();
  });
});

describe('antenna spool ship', () => {
  it('stages and announces every report, and leaves the spool empty', async () => {
    await fill();
    expect(await ship('--json')).toMatchObject({
      code: 0,
      stdout: '{"shipped":2,"left":0,"damaged":0}\n',
    });
    expect((await readdir(envelopes)).filter((name) => name.endsWith('.envelope'))).toEqual([]);
    const { stdout } = await runCaptured(['queue', 'peek', 'intake', '--data-dir', data.path]);
    expect(stdout).toContain(older);
    expect(stdout).toContain(newer);
    expect(await ship()).toMatchObject({ code: 0, stdout: 'shipped 0\n' });
  });

  it('keeps a damaged report, says where it is, and exits 1', async () => {
    await fill();
    await writeFile(join(envelopes, `${newer}.envelope`), 'nonsense');
    expect(await ship()).toMatchObject({
      code: 1,
      stdout: 'shipped 1\n',
      stderr: expect.stringContaining(`error: moved 1 to ${join(data.path, 'spool', 'damaged')}\n`),
    });
  });

  it('refuses a spool that another process ships; ends with 130 after Ctrl-C and leaves the rest', async () => {
    await fill();
    const staging = join(data.path, 'staging');
    await mkdir(staging);
    await mkdir(join(staging, 'v1'));
    await writeFile(join(staging, 'v1', 'envelope'), 'no directory, so nothing can be staged');
    const interruption = new AbortController();
    const stderr = new CapturedOutput();
    const running = runCaptured(['spool', 'ship', '--data-dir', data.path, '--json'], {
      interrupted: interruption.signal,
      stderr,
    });
    await waitFor(() => stderr.text.includes('not shipped yet'));
    expect(await ship()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/error: .* is in use by another process/),
    });
    interruption.abort();
    expect(await running).toMatchObject({
      code: 130,
      stdout: '{"shipped":0,"left":2,"damaged":0}\n',
      stderr: expect.stringContaining(`error: 2 are left in ${join(data.path, 'spool')}\n`),
    });
  });

  it('names the settings that are missing', async () => {
    const environment = { BACKEND: 'aws', AWS_REGION: 'us-east-1' };
    const directory = join(data.path, 'spool');
    expect(
      await runCaptured(['spool', 'ship', '--spool-dir', directory], { environment }),
    ).toMatchObject({
      code: 1,
      stderr: 'error: STAGING_BUCKET is not set; BACKEND=aws requires it\n',
    });
  });
});
