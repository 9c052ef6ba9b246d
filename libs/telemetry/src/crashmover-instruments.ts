import { seconds } from './instrument.js';
import { type InstrumentDefinition, open } from './instrument.js';

/** What crashmover records; a part of the registry in `instruments.ts`. */
export const crashmoverInstruments = {
  'antenna.crashmover.outcomes': {
    type: 'counter',
    unit: '{report}',
    description:
      'Outcomes of attempts to move a report; probe: a test of ingest at its start, which is deleted.',
    attributes: {
      outcome: ['published', 'saved', 'superseded', 'probe', 'retried', 'dead_lettered'],
    },
  },
  'antenna.crashmover.saved': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports written to the crash store, including redelivered ones.',
    attributes: {},
    statsd: { name: 'crashmover.save_crash.count' },
  },
  'antenna.crashmover.published': {
    type: 'counter',
    unit: '{report}',
    description: 'Crash IDs published to the processing queue, including redelivered ones.',
    attributes: {},
  },
  'antenna.crashmover.save_dropped': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports dead-lettered because they could not be saved.',
    attributes: {},
    statsd: { name: 'crashmover.save_crash_dropped.count' },
  },
  'antenna.crashmover.publish_dropped': {
    type: 'counter',
    unit: '{report}',
    description: 'Reports dead-lettered because their crash ID could not be published.',
    attributes: {},
    statsd: { name: 'crashmover.publish_crash_dropped.count' },
  },
  'antenna.crashmover.retries': {
    type: 'counter',
    unit: '{report}',
    description: 'Attempts to move a report that failed and will be repeated.',
    attributes: {},
    statsd: { name: 'crashmover.retry_count' },
  },
  'antenna.crashmover.dead_lettered': {
    type: 'counter',
    unit: '{message}',
    description: 'Messages sent to the dead-letter queue, by reason.',
    attributes: { reason: open },
  },
  'antenna.crashmover.save.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to write one report to the crash store.',
    attributes: {},
    buckets: seconds,
    statsd: { name: 'crashmover.crash_save.time' },
  },
  'antenna.crashmover.publish.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to publish one crash ID.',
    attributes: {},
    buckets: seconds,
    statsd: { name: 'crashmover.crash_publish.time' },
  },
  'antenna.crashmover.handling.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time from the delivery of an intake message to its outcome.',
    attributes: {},
    buckets: seconds,
    statsd: { name: 'crashmover.crash_handling.time' },
  },
  'antenna.crashmover.in_flight': {
    type: 'gauge',
    unit: '{message}',
    description: 'Intake messages in flight.',
    attributes: {},
  },
  'antenna.crashmover.intake.depth': {
    type: 'gauge',
    unit: '{message}',
    description: 'Messages waiting in the intake queue, as crashmover sees it.',
    attributes: {},
  },
  'antenna.crashmover.intake.oldest_age': {
    type: 'gauge',
    unit: 's',
    description: 'Age of the oldest message in the intake queue, as crashmover sees it.',
    attributes: {},
  },
  'antenna.crashmover.dead_letter.depth': {
    type: 'gauge',
    unit: '{message}',
    description: 'Messages in the dead-letter queue.',
    attributes: {},
  },
} as const satisfies Record<string, InstrumentDefinition>;
