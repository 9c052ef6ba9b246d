import { crashStatsInstruments } from './crash-stats-instruments.js';
import { crashmoverInstruments } from './crashmover-instruments.js';
import { seconds } from './instrument.js';
import { type InstrumentDefinition, open } from './instrument.js';
import { processorInstruments } from './processor-instruments.js';
import { symbolsInstruments } from './symbols-instruments.js';
import { throttleInstruments } from './throttle-instruments.js';

/** Upper bucket bounds for report sizes in bytes: 10 kB to 100 MB. */
const reportSizes = [
  10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000,
  25_000_000, 50_000_000, 100_000_000,
];

const outcomes = [
  'accepted',
  'deferred',
  'rejected',
  'fake_accepted',
  'malformed',
  'too_large',
  'unauthorized',
  'aborted',
  'unavailable',
] as const;

const malformedReasons = [
  'no_content_type',
  'wrong_content_type',
  'no_boundary',
  'no_content_length',
  'bad_gzip',
  'unknown_content_encoding',
  'invalid_payload_structure',
  'invalid_json',
  'invalid_json_value',
  'no_annotations',
  'invalid_dump_name',
  'too_many_parts',
  'too_many_dumps',
  'invalid_uuid',
  'too_large',
] as const;

/** Every metric that Antenna records; nothing else can be recorded. `docs/metrics.md` is generated from it. */
export const instruments = {
  'antenna.ingest.received': {
    type: 'counter',
    unit: '{report}',
    description: 'Requests to /submit, counted at their start.',
    attributes: {},
    statsd: { name: 'breakpad_resource.incoming_crash' },
  },
  'antenna.ingest.outcomes': {
    type: 'counter',
    unit: '{report}',
    description: 'Outcomes of requests to /submit; every request has exactly one.',
    attributes: { outcome: outcomes },
  },
  'antenna.ingest.malformed': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports that could not be parsed or exceeded a limit, by reason.',
    attributes: { reason: malformedReasons },
    statsd: { name: 'breakpad_resource.malformed' },
  },
  'antenna.ingest.unauthorized': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports refused because they set their crash ID without the submitter token.',
    attributes: {},
    statsd: { name: 'breakpad_resource.unauthorized_uuid' },
  },
  'antenna.ingest.products': {
    type: 'counter',
    unit: '{report}',
    description:
      'Reports whose annotations were read: other for names that METRIC_PRODUCTS and METRIC_CHANNELS do not list, none without the annotation.',
    attributes: { product: open, channel: open },
  },
  'antenna.ingest.startup_gate': {
    type: 'gauge',
    unit: '{process}',
    description: 'Is 1 while STARTUP_GATE has seen no probe shipped, also after its timeout.',
    attributes: {},
  },
  'antenna.ingest.uploads_in_flight': {
    type: 'gauge',
    unit: '{upload}',
    description: 'Uploads in flight.',
    attributes: {},
  },
  'antenna.ingest.request.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time from the first byte of a request to /submit to its answer.',
    attributes: {},
    buckets: seconds,
    statsd: { name: 'breakpad_resource.on_post.time' },
  },
  'antenna.ingest.payload.size': {
    type: 'histogram',
    unit: 'By',
    description: 'Size of a report on the wire.',
    attributes: { payload: ['compressed', 'uncompressed'] },
    buckets: reportSizes,
    statsd: { name: 'breakpad_resource.crash_size' },
  },
  'antenna.ingest.compressed': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports that arrived compressed.',
    attributes: {},
    statsd: { name: 'breakpad_resource.gzipped_crash' },
  },
  'antenna.ingest.decompress.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to receive and decompress one compressed report.',
    attributes: {},
    buckets: seconds,
    statsd: { name: 'breakpad_resource.gzipped_crash_decompress' },
  },
  'antenna.ingest.minidumps_invalid': {
    type: 'counter',
    unit: '{dump}',
    description:
      'Dumps named upload_file_minidump or upload_file_minidump_… that are no minidumps; the reports are accepted.',
    attributes: { reason: ['empty', 'not_a_minidump'] },
  },
  ...throttleInstruments,
  'antenna.spool.depth': {
    type: 'gauge',
    unit: '{report}',
    description: 'Acknowledged reports waiting in the spool.',
    attributes: {},
    statsd: { name: 'breakpad_resource.save_queue_size' },
  },
  'antenna.spool.bytes': {
    type: 'gauge',
    unit: 'By',
    description: 'Bytes used by the spool.',
    attributes: {},
  },
  'antenna.spool.capacity': {
    type: 'gauge',
    unit: 'By',
    description:
      'Bytes that the spool may use: SPOOL_CAPACITY, or less if the disk has less space.',
    attributes: {},
  },
  'antenna.spool.oldest_age': {
    type: 'gauge',
    unit: 's',
    description: 'Age of the oldest report in the spool; 0 when it is empty.',
    attributes: {},
  },
  'antenna.spool.write.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to make one report durable (write, rename, sync).',
    attributes: {},
    buckets: seconds,
  },
  'antenna.shipper.shipped': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports staged and announced to crashmover.',
    attributes: {},
  },
  'antenna.shipper.failures': {
    type: 'counter',
    unit: '{error}',
    description: 'Failed attempts to ship a report, by step; the report stays in the spool.',
    attributes: { step: ['stage', 'announce', 'remove'] },
  },
  ...crashmoverInstruments,
  ...processorInstruments,
  ...symbolsInstruments,
  ...crashStatsInstruments,
  'antenna.index.failures': {
    type: 'counter',
    unit: '{error}',
    description:
      'Failures of the index of crashes, which then catches up: a processed crash was not written to it, or it could not be compared with what is stored.',
    attributes: { operation: ['put', 'catch_up'] },
  },
  'antenna.process.event_loop.delay': {
    type: 'gauge',
    unit: 's',
    description: 'Delay of timers in the last ten seconds.',
    attributes: { quantile: ['p50', 'p99', 'max'] },
  },
  'antenna.process.event_loop.utilization': {
    type: 'gauge',
    unit: '1',
    description: 'Share of the last ten seconds in which the event loop was busy, from 0 to 1.',
    attributes: {},
  },
  'antenna.process.memory': {
    type: 'gauge',
    unit: 'By',
    description:
      'Memory of the process: resident, used by the JavaScript heap, held by buffers outside it.',
    attributes: { kind: ['resident', 'heap', 'buffers'] },
  },
  'antenna.health.failures': {
    type: 'counter',
    unit: '{error}',
    description: 'Failed health checks of a backend.',
    attributes: { check: open },
    statsd: { name: 'health.{check}.count' },
  },
} as const satisfies Record<string, InstrumentDefinition>;
