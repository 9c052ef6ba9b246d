import { describe, expect, it } from '@jest/globals';
import type { InstrumentDefinition } from './instrument.js';
import { instruments } from './instruments.js';

const all: [string, InstrumentDefinition][] = Object.entries(instruments);

describe('the metric registry', () => {
  it.each(all)('gives %s a valid name, unit and description', (name, instrument) => {
    expect(name).toMatch(/^antenna(\.[a-z]+(_[a-z]+)*)+$/);
    expect(instrument.unit).toMatch(/^(1|s|By|\{[a-z]+\})$/);
    expect(instrument.description).toMatch(/^[A-Z].*\.$/);
  });

  it.each(all.filter(([, { type }]) => type === 'histogram'))(
    'gives the histogram %s ascending buckets',
    (_name, { buckets = [] }) => {
      expect(buckets.length).toBeGreaterThan(1);
      expect(buckets).toEqual([...new Set(buckets)].toSorted((left, right) => left - right));
    },
  );

  it('contains every metric name of the predecessor exactly once', () => {
    const names = all.flatMap(([, { statsd }]) => (statsd ? [statsd.name] : []));

    expect(names.toSorted()).toEqual(
      [
        'breakpad_resource.crash_size',
        'breakpad_resource.gzipped_crash',
        'breakpad_resource.gzipped_crash_decompress',
        'breakpad_resource.incoming_crash',
        'breakpad_resource.malformed',
        'breakpad_resource.on_post.time',
        'breakpad_resource.save_queue_size',
        'breakpad_resource.throttle',
        'breakpad_resource.throttle_rule',
        'breakpad_resource.unauthorized_uuid',
        'crashmover.crash_handling.time',
        'crashmover.crash_publish.time',
        'crashmover.crash_save.time',
        'crashmover.publish_crash_dropped.count',
        'crashmover.retry_count',
        'crashmover.save_crash.count',
        'crashmover.save_crash_dropped.count',
        'health.{check}.count',
      ].toSorted(),
    );
  });

  it('renames only tags of existing attributes', () => {
    for (const [, { statsd, attributes }] of all) {
      const placeholders = [...(statsd?.name ?? '').matchAll(/\{(\w+)\}/g)].map(([, tag]) => tag);
      expect(Object.keys(attributes)).toEqual(
        expect.arrayContaining([...Object.keys(statsd?.tags ?? {}), ...placeholders]),
      );
    }
  });
});
