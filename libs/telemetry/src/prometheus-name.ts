import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';

import type { InstrumentDefinition } from './instrument.js';
import type { InstrumentName } from './instrument-names.js';
import { instruments } from './instruments.js';

const unitWords: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/**
 * The metric family of an instrument in Prometheus: the name on the `# TYPE` line, without `_bucket`, `_sum` and `_count`
 * of a histogram. It is the name that OpenTelemetry's compatibility specification gives, so that series have the same
 * names through `/metrics`, through a collector and through Prometheus's own OTLP receiver.
 */
export function prometheusName(name: InstrumentName): string {
  const { type, unit }: InstrumentDefinition = instruments[name];
  const words = name.split(/[._]/);
  const unitWord = unitWords[unit];
  if (unitWord !== undefined && !words.includes(unitWord)) words.push(unitWord);
  if (unit === '1' && type === 'gauge') words.push('ratio');
  if (type === 'counter') words.push('total');
  return words.join('_');
}

/** Names the metrics for the exporter of OpenTelemetry's JavaScript SDK, which adds only `_total`. */
export function namedForPrometheus({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((metric) => {
        const name = prometheusName(metric.descriptor.name as InstrumentName);
        // The name contains the unit; a UNIT line would have to repeat it.
        return { ...metric, descriptor: { ...metric.descriptor, name, unit: '' } };
      }),
    })),
  };
}
