import { describe, expect, it } from '@jest/globals';

import { metricsForTests } from '#antenna/telemetry';

import { recordReport, traceReport } from './instrumented-report.js';

describe('the calls of one report', () => {
  it('increment each metric once', async () => {
    const telemetry = metricsForTests();
    telemetry.metrics.allow('rule', ['is_nightly']);
    recordReport(telemetry.metrics);
    expect(await telemetry.value('antenna.ingest.received')).toBe(1);
    expect(await telemetry.value('antenna.throttle.rules', { rule: 'is_nightly' })).toBe(1);
    expect(await telemetry.value('antenna.shipper.shipped')).toBe(1);
  });

  it('go through every span without an SDK', async () => {
    await expect(traceReport()).resolves.toBeUndefined();
  });
});
