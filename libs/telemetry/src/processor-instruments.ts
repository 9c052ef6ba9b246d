import { seconds } from './instrument.js';
import { type InstrumentDefinition, open } from './instrument.js';

/** What the processor records; a part of the registry in `instruments.ts`. */
export const processorInstruments = {
  'antenna.processor.outcomes': {
    type: 'counter',
    unit: '{report}',
    description:
      'Outcomes of attempts to process a crash; unwalked: processed without the stacks of its minidump; without_dump: it has no minidump; erased: while it was processed.',
    attributes: {
      outcome: ['processed', 'unwalked', 'without_dump', 'erased', 'retried', 'dead_lettered'],
    },
  },
  'antenna.processor.walks': {
    type: 'counter',
    unit: '{dump}',
    description:
      'Minidumps of processed crashes; OK: walked, otherwise why not. not_there: a crash without a minidump; deadline, memory, crash: what the walker did not survive; killed: earlier attempts ended the processor.',
    attributes: {
      result: [
        'OK',
        'not_there',
        'missing',
        'too_large',
        'killed',
        'unreadable',
        'memory',
        'deadline',
        'crash',
        'result_too_large',
      ],
    },
  },
  'antenna.processor.dead_lettered': {
    type: 'counter',
    unit: '{message}',
    description: 'Messages sent to the dead-letter queue of the processor, by reason.',
    attributes: { reason: open },
  },
  'antenna.processor.handling.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time from the delivery of a message of the processing queue to its outcome.',
    attributes: {},
    buckets: seconds,
  },
  'antenna.processor.walk.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to walk the stacks of one minidump, with fetching symbols.',
    attributes: {},
    buckets: seconds,
  },
  'antenna.processor.in_flight': {
    type: 'gauge',
    unit: '{message}',
    description: 'Messages of the processing queue in flight.',
    attributes: {},
  },
  'antenna.processor.queue.depth': {
    type: 'gauge',
    unit: '{message}',
    description: 'Messages waiting in the processing queue, as the processor sees it.',
    attributes: {},
  },
  'antenna.processor.queue.oldest_age': {
    type: 'gauge',
    unit: 's',
    description: 'Age of the oldest message in the processing queue, as the processor sees it.',
    attributes: {},
  },
  'antenna.processor.dead_letter.depth': {
    type: 'gauge',
    unit: '{message}',
    description: 'Messages in the dead-letter queue of the processor.',
    attributes: {},
  },
  'antenna.processor.signature_lists.refused': {
    type: 'gauge',
    unit: '{file}',
    description:
      'Is 1 while the file of signature lists is invalid or cannot be read, and the last valid lists are in use.',
    attributes: {},
  },
} as const satisfies Record<string, InstrumentDefinition>;
