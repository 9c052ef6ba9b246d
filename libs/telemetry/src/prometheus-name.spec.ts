import { describe, expect, it } from '@jest/globals';
import { parsePrometheusText, silentLogger } from '#antenna/testing';
import type { InstrumentDefinition } from './instrument.js';
import { instruments } from './instruments.js';
import { recordEveryInstrument } from './metrics-for-tests.js';
import { prometheusName } from './prometheus-name.js';
import { startTelemetry } from './start-telemetry.js';

/** The words for UCUM units in OpenTelemetry's rules for Prometheus, as far as the registry could need them. */
const words: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  '%': 'percent',
};

/** OpenTelemetry's rules, written a second time; prometheus-name-peer.spec.ts asks a real collector. */
function translated(name: string, { type, unit }: InstrumentDefinition): string {
  let parts = name.split(/[^a-zA-Z0-9:]+/);
  const main = unit.startsWith('{') || unit === '1' ? '' : (words[unit] ?? unit);
  if (main !== '' && !parts.includes(main)) parts.push(main);
  if (type === 'counter') parts = [...parts.filter((part) => part !== 'total'), 'total'];
  if (type === 'gauge' && unit === '1')
    parts = [...parts.filter((part) => part !== 'ratio'), 'ratio'];
  return parts.join('_');
}

async function families(): Promise<string[]> {
  const options = { service: 'antenna', version: '1', logger: silentLogger, env: {} };
  const telemetry = await startTelemetry(options);
  const metrics = telemetry.metrics(silentLogger);
  recordEveryInstrument(metrics);
  const text = (await metrics.expose?.()) ?? '';
  await telemetry.shutdown();
  return [...parsePrometheusText(text).keys()].filter((name) => name !== 'target_info');
}

describe('the names at /metrics', () => {
  it('are, for every instrument, those that OpenTelemetry gives in Prometheus', async () => {
    const expected = Object.entries<InstrumentDefinition>(instruments).map(([name, definition]) =>
      translated(name, definition),
    );
    expect(expected.length).toBeGreaterThan(50);
    expect((await families()).toSorted()).toEqual(expected.toSorted());
  });

  it.each([
    ['antenna.ingest.outcomes', 'antenna_ingest_outcomes_total'],
    ['antenna.spool.write.duration', 'antenna_spool_write_duration_seconds'],
    ['antenna.spool.bytes', 'antenna_spool_bytes'],
    ['antenna.spool.capacity', 'antenna_spool_capacity_bytes'],
    ['antenna.spool.depth', 'antenna_spool_depth'],
    ['antenna.ruleset.info', 'antenna_ruleset_info'],
    ['antenna.process.event_loop.utilization', 'antenna_process_event_loop_utilization_ratio'],
  ] as const)('turn %s into %s', (name, expected) => {
    expect(prometheusName(name)).toBe(expected);
  });
});
