import { seconds } from './instrument.js';
import { type InstrumentDefinition } from './instrument.js';

const operations = ['find', 'search', 'groups', 'firstSeen'] as const;
const pages = ['home', 'top', 'search', 'signature', 'crash', 'api', 'other'] as const;

/** What Crash Stats records; a part of the registry in `instruments.ts`. */
export const crashStatsInstruments = {
  'antenna.crash_stats.requests': {
    type: 'counter',
    unit: '{request}',
    description:
      'Answered requests of Crash Stats, by page; other: health, metrics and what is not there.',
    attributes: { page: pages, status: ['2xx', '3xx', '4xx', '5xx'] },
  },
  'antenna.crash_stats.request.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time to answer a request for a page or its API.',
    attributes: { page: pages },
    buckets: seconds,
  },
  'antenna.crash_stats.refused': {
    type: 'counter',
    unit: '{request}',
    description:
      'Requests whose sender is not known or may see nothing: not_from_proxy: without the secret or from another network; no_user: the proxy sends no usable user; no_role: in none of the groups; foreign_host: with AUTH=none, by a name that is not local.',
    attributes: { reason: ['foreign_host', 'not_from_proxy', 'no_user', 'no_role'] },
  },
  'antenna.crash_stats.index.query.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time of a query of Crash Stats to the index of crashes.',
    attributes: { operation: operations },
    buckets: seconds,
  },
  'antenna.crash_stats.index.failures': {
    type: 'counter',
    unit: '{error}',
    description:
      'Queries of Crash Stats that failed because the index is not available or damaged.',
    attributes: { operation: operations },
  },
} as const satisfies Record<string, InstrumentDefinition>;
