import type { InstrumentDefinition } from './instrument.js';

const sources = ['directory', 's3', 'http'] as const;

/** What the processor records about symbols; a part of the registry in `instruments.ts`. */
export const symbolsInstruments = {
  'antenna.symbols.lookups': {
    type: 'counter',
    unit: '{lookup}',
    description:
      'Lookups of the symbol file of a module, by where it was found; missing: nowhere; unavailable: nowhere, but a source failed.',
    attributes: { outcome: [...sources, 'cache', 'missing', 'unavailable'] },
  },
  'antenna.symbols.errors': {
    type: 'counter',
    unit: '{error}',
    description:
      'Lookups in one source that failed. too_large, not_symbols and damaged: what the source has cannot be used.',
    attributes: {
      source: sources,
      reason: [
        'unreachable',
        'timeout',
        'denied',
        'refused',
        'too_large',
        'not_symbols',
        'damaged',
        'cache',
      ],
    },
  },
  'antenna.symbols.fetched': {
    type: 'counter',
    unit: 'By',
    description: 'Bytes of symbol files that were read from sources, before inflating.',
    attributes: { source: sources },
  },
  'antenna.symbols.evictions': {
    type: 'counter',
    unit: '{file}',
    description: 'Symbol files removed from the cache because others needed the space.',
    attributes: {},
  },
  'antenna.symbols.cache.size': {
    type: 'gauge',
    unit: 'By',
    description: 'Size of the symbol cache.',
    attributes: {},
  },
} as const satisfies Record<string, InstrumentDefinition>;
