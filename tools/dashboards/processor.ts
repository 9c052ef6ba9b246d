import type { Dashboard } from './dashboard.js';
import { graph } from './panel.js';
import { maxOf, perSecond, quantile, sumOf } from './promql.js';

const deliveries = perSecond('antenna.processor.outcomes');

/** The dashboard for making processed crashes of stored ones. */
export const processor: Dashboard = {
  uid: 'antenna-processor',
  title: 'Antenna: processor and symbols',
  description: 'Stacks and signatures of stored crashes. Empty without the processor.',
  rows: [
    {
      title: 'Crashes',
      panels: [
        graph('Outcomes', { description: 'One per delivery.', unit: 'cps', stack: 'normal' }, [
          [perSecond('antenna.processor.outcomes', ['outcome']), '{{outcome}}'],
        ]),
        graph(
          'Minidumps by result',
          { description: 'OK: walked. Otherwise, why the stacks are missing.', unit: 'cps' },
          [[perSecond('antenna.processor.walks', ['result']), '{{result}}']],
        ),
        graph('Time to process', { description: 'From the delivery to the outcome.', unit: 's' }, [
          [quantile(0.5, 'antenna.processor.handling.duration'), 'median'],
          [quantile(0.95, 'antenna.processor.handling.duration'), '95 %'],
        ]),
        graph('Time to walk', { description: 'One minidump, with fetching symbols.', unit: 's' }, [
          [quantile(0.5, 'antenna.processor.walk.duration'), 'median'],
          [quantile(0.95, 'antenna.processor.walk.duration'), '95 %'],
        ]),
      ],
    },
    {
      title: 'Processing queue',
      panels: [
        graph('Waiting ids', { description: 'As read by the processor.', unit: 'short' }, [
          [maxOf('antenna.processor.queue.depth'), 'processing queue'],
        ]),
        graph(
          'Oldest id',
          {
            description: 'Not available from SQS: see ApproximateAgeOfOldestMessage in CloudWatch.',
            unit: 's',
          },
          [[maxOf('antenna.processor.queue.oldest_age'), 'processing queue']],
        ),
        graph(
          'Time until the queue is empty',
          { description: 'Waiting ids divided by the current rate of deliveries.', unit: 's' },
          [[`${maxOf('antenna.processor.queue.depth')} / ${deliveries}`, 'at this rate']],
        ),
        graph(
          'In flight',
          { description: 'At CONCURRENCY, a pod is busy; add pods.', unit: 'short' },
          [[sumOf('antenna.processor.in_flight', ['pod']), '{{pod}}']],
        ),
        graph(
          'Dead letters',
          { description: 'Crashes that could not be processed.', unit: 'short' },
          [[maxOf('antenna.processor.dead_letter.depth'), 'dead-letter queue']],
        ),
        graph('Dead-lettered by reason', { description: 'Per second.', unit: 'cps' }, [
          [perSecond('antenna.processor.dead_lettered', ['reason']), '{{reason}}'],
        ]),
      ],
    },
    {
      title: 'Symbols',
      panels: [
        graph(
          'Lookups',
          {
            description: 'Where the symbol file of a module was found. missing: no source has it.',
            unit: 'cps',
            stack: 'normal',
          },
          [[perSecond('antenna.symbols.lookups', ['outcome']), '{{outcome}}']],
        ),
        graph('Failures of sources', { description: 'Per second.', unit: 'cps' }, [
          [perSecond('antenna.symbols.errors', ['source', 'reason']), '{{source}}: {{reason}}'],
        ]),
        graph('Fetched', { description: 'Bytes per second, before inflating.', unit: 'bytes' }, [
          [perSecond('antenna.symbols.fetched', ['source']), '{{source}}'],
        ]),
        graph('Cache', { description: 'Size in each pod.', unit: 'bytes' }, [
          [sumOf('antenna.symbols.cache.size', ['pod']), '{{pod}}'],
        ]),
        graph('Evictions', { description: 'Many: enlarge SYMBOL_CACHE_BYTES.', unit: 'cps' }, [
          [perSecond('antenna.symbols.evictions'), 'files'],
        ]),
      ],
    },
  ],
};
