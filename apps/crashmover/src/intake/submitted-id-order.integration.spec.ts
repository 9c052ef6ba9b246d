import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { interceptBlobStore, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { type ReportContent, reportWith } from '../../test/staged-report.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
const rawCrashKey = `v1/raw_crash/20160918/${crashId}`;
const env = { RETRY_BASE: '10ms', RETRY_MAX: '50ms', MAX_ATTEMPTS: '1000' };

let mover: CrashmoverUnderTest;
beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});
afterEach(() => mover.dispose());

function submittedAt(ms: number, name: string): ReportContent {
  return {
    submitted: { crashId, at: new Date(Date.UTC(2026, 10, 22) + ms) },
    annotations: { Report: name },
    dumps: { upload_file_minidump: Buffer.from(name) },
  };
}
const earlier = submittedAt(0, 'earlier');
const later = submittedAt(1, 'later');

async function finalState() {
  await mover.intakeEmpty();
  return {
    report: JSON.parse((await mover.crashes.get(rawCrashKey)).toString()).Report,
    dump: (await mover.crashes.get(`v1/dump/${crashId}`)).toString(),
    staged: await mover.keysOf(mover.staging),
    deadLetters: await mover.deadLetters.peek(1),
    published: [...new Set(await mover.published())],
  };
}

const laterStored = {
  report: 'later',
  dump: 'later',
  staged: [],
  deadLetters: [],
  published: [crashId],
};

describe('of two reports of a submitted id', () => {
  it('the later is stored when it arrives second', async () => {
    await mover.start({ env });
    await mover.ship(earlier);
    await mover.intakeEmpty();
    await mover.ship(later);
    expect(await finalState()).toEqual(laterStored);
  });

  it('the later is stored when it arrives first, and the earlier is counted as superseded', async () => {
    await mover.start({ env });
    await mover.ship(later);
    await mover.intakeEmpty();
    await mover.ship(earlier);
    expect(await finalState()).toEqual(laterStored);
    expect(mover.logger.messages).toContain(`${crashId} not saved: a later report has this id`);
    const outcomes = await mover.telemetry.readings();
    expect(outcomes).toContainEqual(
      expect.objectContaining({
        name: 'antenna.crashmover.outcomes',
        attributes: { outcome: 'superseded' },
        value: 1,
      }),
    );
  });

  it.each([
    ['the earlier first', [earlier, later]],
    ['the later first', [later, earlier]],
  ])('the later is stored when both wait, %s', async (_name, reports) => {
    for (const report of reports) await mover.ship(report);
    await mover.start({ env });
    await mover.start({ env });
    expect(await finalState()).toEqual(laterStored);
  });

  it('the later is stored when it arrives while another crashmover saves the earlier', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let isSaving = false;
    const crashes = interceptBlobStore(mover.crashes, async ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith('v1/dump/')) return;
      isSaving = true;
      await released;
    });
    await mover.start({ adapters: { crashes }, env: { ...env, CONCURRENCY: '1' } });
    await mover.ship(earlier);
    await waitFor(() => isSaving);
    await mover.start({ env });
    await mover.ship(later);
    await waitFor(() => mover.logger.messages.includes(`${crashId} not moved yet`));
    release();
    expect(await finalState()).toEqual(laterStored);
  });

  it('the later is stored in place of one whose id was not submitted', async () => {
    await mover.start({ env });
    const first = await mover.ship({ annotations: { Report: 'first' } });
    await mover.intakeEmpty();
    await mover.ship({
      submitted: { crashId: first.crashId, at: new Date() },
      annotations: { Report: 'resubmitted' },
    });
    await mover.intakeEmpty();
    const stored = await mover.crashes.get(`v1/raw_crash/20261122/${first.crashId}`);
    expect(JSON.parse(stored.toString()).Report).toBe('resubmitted');
  });
});

it('reads no stored crash and lists nothing for a report whose id was not submitted', async () => {
  const calls: string[] = [];
  const crashes = interceptBlobStore(mover.crashes, ({ operation }) => void calls.push(operation));
  const staging = {
    ...interceptBlobStore(mover.staging, () => undefined),
    list: () => {
      throw new Error('listed');
    },
  };
  await mover.start({ adapters: { crashes, staging } });
  await mover.ship();
  await mover.intakeEmpty();
  expect(calls).toContain('put');
  expect(calls).not.toContain('get');
});

it('a redelivered report of a submitted id is stored again with the same bytes', async () => {
  const report = reportWith(later);
  await mover.staging.put(report.key, report.envelope);
  await mover.announce(report);
  await mover.announce(report);
  await mover.start({ env });
  expect(await finalState()).toEqual(laterStored);
});
