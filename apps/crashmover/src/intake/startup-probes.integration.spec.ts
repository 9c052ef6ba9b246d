import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { serializeIntakeMessage, singleCrashMessage } from '#antenna/crash-report';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';
import { reportWith, type StagedReport } from '../../test/staged-report.js';

let mover: CrashmoverUnderTest;
beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
  await mover.start({ env: { RETRY_BASE: '10ms', RETRY_MAX: '50ms' } });
});
afterEach(() => mover.dispose());

async function finalState() {
  await mover.intakeEmpty();
  return {
    staged: await mover.keysOf(mover.staging),
    stored: await mover.keysOf(mover.crashes),
    published: await mover.published(),
    deadLetters: await mover.deadLetters.peek(1),
    probes: await mover.telemetry.value('antenna.crashmover.outcomes', { outcome: 'probe' }),
  };
}

async function announceAsProbe({ crashId, key, envelope, verdict }: StagedReport): Promise<void> {
  const message = singleCrashMessage({ crashId, key, size: envelope.length, verdict });
  await mover.intake.send([{ body: serializeIntakeMessage({ ...message, probe: true }) }]);
}

describe('a probe of ingest', () => {
  it('is deleted and counted, and neither stored nor published', async () => {
    await mover.ship({ probe: true });
    expect(await finalState()).toEqual({
      staged: [],
      stored: [],
      published: [],
      deadLetters: [],
      probes: 1,
    });
  });

  it('makes no dead letter if another crashmover has deleted it', async () => {
    await announceAsProbe(reportWith({ probe: true }));
    expect(await finalState()).toMatchObject({ deadLetters: [], probes: 1 });
  });
});

it('a crash whose message claims that it is a probe is stored and published', async () => {
  const report = reportWith();
  await mover.staging.put(report.key, report.envelope);
  await announceAsProbe(report);
  expect(await finalState()).toMatchObject({
    stored: expect.arrayContaining([`v1/raw_crash/20261122/${report.crashId}`]),
    published: [report.crashId],
    probes: 0,
  });
});
