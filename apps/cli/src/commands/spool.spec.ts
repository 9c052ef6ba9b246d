import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvelopeWriter } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

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

describe('antenna spool ls', () => {
  let data: TemporaryDirectory;
  let envelopes: string;

  beforeEach(async () => {
    data = await temporaryDirectory();
    envelopes = join(data.path, 'spool', 'envelopes');
    await mkdir(envelopes, { recursive: true });
  });

  afterEach(() => data.remove());

  function run(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['spool', 'ls', '--data-dir', data.path, ...args]);
  }

  async function fill(): Promise<{ size: number }> {
    const bytes = envelope(older, '2026-11-20T08:00:00.000Z');
    await writeFile(join(envelopes, `${older}.envelope`), bytes);
    const late = envelope(newer, '2026-11-20T09:59:15.000Z');
    await writeFile(join(envelopes, `${newer}.envelope`), late);
    await writeFile(join(envelopes, 'draft.tmp'), 'no envelope yet');
    return { size: bytes.length };
  }

  it('lists the oldest first', async () => {
    await fill();
    expect(await run()).toEqual({
      code: 0,
      stdout: `${older}  1.1 KiB   2h  defer\n${newer}  1.1 KiB  45s  accept\n`,
      stderr: '',
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
