import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { stagedBatchKey, stagedEnvelopeKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';

const older = 'de1bb258-cbbf-4589-a673-34f801261120';
const newer = '11111111-cbbf-4589-a673-34f800261120';
const now = () => new Date('2026-11-20T10:00:00Z');

describe('antenna staging ls', () => {
  let data: OperatorData;

  beforeEach(async () => {
    data = await OperatorData.create();
  });

  afterEach(() => data.dispose());

  function run(...args: string[]) {
    return data.run(['staging', 'ls', ...args], { now });
  }

  async function stage(
    crashId: string,
    { size, at, key = stagedEnvelopeKey(crashId) }: { size: number; at: string; key?: string },
  ): Promise<void> {
    await data.backend.staging.put(key, Buffer.alloc(size));
    await utimes(join(data.path, 'staging', key), new Date(at), new Date(at));
  }

  async function stageBoth(): Promise<void> {
    await stage(newer, { size: 2048, at: '2026-11-20T09:58:00Z' });
    await stage(older, { size: 100, at: '2026-11-20T07:59:00Z' });
  }

  it('lists the oldest first, and prints a total', async () => {
    await stageBoth();
    expect(await run()).toEqual({
      code: 0,
      stdout: `${older}  100 bytes  2h\n${newer}    2.0 KiB  2m\n`,
      stderr: '2 envelopes, 2.1 KiB\n',
    });
  });

  it('lists only envelopes older than --older-than', async () => {
    await stageBoth();
    const { stdout, stderr } = await run('--older-than', '1h');
    expect({ stdout, stderr }).toEqual({
      stdout: `${older}  100 bytes  2h\n`,
      stderr: '1 envelope, 100 bytes\n',
    });
    expect(await run('--older-than', '3h')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'nothing staged\n',
    });
  });

  it('lists a batch by its first crash id and a suffix', async () => {
    const key = stagedBatchKey([newer, older]);
    await stage(newer, { size: 3, at: '2026-11-20T09:00:00Z', key });
    const { stdout } = await run();
    expect(stdout).toMatch(new RegExp(`^${newer}-[0-9a-f]{16}  3 bytes  1h\n$`));
  });

  it('prints a JSON array with --json', async () => {
    await stageBoth();
    const { stdout } = await run('--older-than', '1h', '--json');
    expect(JSON.parse(stdout)).toEqual([
      {
        crashId: older,
        key: stagedEnvelopeKey(older),
        size: 100,
        stagedAt: '2026-11-20T07:59:00.000Z',
      },
    ]);
  });

  it('lists an envelope that the clock of the store puts into the future', async () => {
    await stage(newer, { size: 1, at: '2026-11-20T10:00:05Z' });
    expect(await run()).toMatchObject({ stdout: `${newer}  1 bytes  0s\n` });
  });

  it('requires an age with a unit', async () => {
    expect(await run('--older-than', '60')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        "error: option '--older-than <age>' argument '60' is invalid. Must be an age such as 90s, 30m, 1h or 2d.\n",
    });
  });
});
