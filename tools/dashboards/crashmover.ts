import type { Dashboard } from './dashboard.js';
import { graph } from './panel.js';
import { maxOf, orZero, perSecond, quantile, sumOf } from './promql.js';

const deliveries = perSecond('antenna.crashmover.outcomes');
const retried = perSecond('antenna.crashmover.outcomes', [], { outcome: ['retried'] });

/** Moving crashes from the intake queue to the store and to the processing queue. */
export const crashmover: Dashboard = {
  uid: 'antenna-crashmover',
  title: 'Antenna: crashmover and queues',
  description: 'Moving crashes from the intake queue to the store and to the processing queue.',
  rows: [
    {
      title: 'Deliveries',
      panels: [
        graph(
          'Outcomes',
          { description: 'Once for each delivery.', unit: 'cps', stack: 'normal' },
          [[perSecond('antenna.crashmover.outcomes', ['outcome']), '{{outcome}}']],
        ),
        graph('Saved and published', { description: 'Redeliveries included.', unit: 'cps' }, [
          [perSecond('antenna.crashmover.saved'), 'saved'],
          [perSecond('antenna.crashmover.published'), 'published'],
        ]),
        graph(
          'Retried share',
          { description: 'Deliveries that failed and come again later.', unit: 'percentunit' },
          [[`${orZero(retried)} / ${deliveries}`, 'retried']],
        ),
        graph('Time to save', { description: 'All objects of one crash.', unit: 's' }, [
          [quantile(0.5, 'antenna.crashmover.save.duration'), 'median'],
          [quantile(0.95, 'antenna.crashmover.save.duration'), '95 %'],
        ]),
        graph('Time to publish', { description: 'One crash id.', unit: 's' }, [
          [quantile(0.5, 'antenna.crashmover.publish.duration'), 'median'],
          [quantile(0.95, 'antenna.crashmover.publish.duration'), '95 %'],
        ]),
        graph(
          'Time to handle a delivery',
          { description: 'Fetch, verify, save, publish, clean up.', unit: 's' },
          [
            [quantile(0.5, 'antenna.crashmover.handling.duration'), 'median'],
            [quantile(0.95, 'antenna.crashmover.handling.duration'), '95 %'],
          ],
        ),
      ],
    },
    {
      title: 'Intake queue',
      panels: [
        graph('Waiting messages', { description: 'As crashmover sees it.', unit: 'short' }, [
          [maxOf('antenna.crashmover.intake.depth'), 'intake queue'],
        ]),
        graph(
          'Oldest message',
          {
            description:
              'SQS does not tell: see ApproximateAgeOfOldestMessage in CloudWatch there.',
            unit: 's',
          },
          [[maxOf('antenna.crashmover.intake.oldest_age'), 'intake queue']],
        ),
        graph(
          'Time until the queue is empty',
          { description: 'Waiting messages at the present rate of deliveries.', unit: 's' },
          [[`${maxOf('antenna.crashmover.intake.depth')} / ${deliveries}`, 'at this rate']],
        ),
        graph(
          'In work',
          {
            description: 'At CONCURRENCY a pod is busy: let the autoscaler add some.',
            unit: 'short',
          },
          [[sumOf('antenna.crashmover.in_flight', ['pod']), '{{pod}}']],
        ),
      ],
    },
    {
      title: 'What could not be moved',
      panels: [
        graph(
          'Retries',
          { description: 'Messages given back, to be delivered again later.', unit: 'cps' },
          [[perSecond('antenna.crashmover.retries', ['pod']), '{{pod}}']],
        ),
        graph(
          'Dead letters',
          { description: 'Crashes set aside; their envelopes are kept.', unit: 'short' },
          [[maxOf('antenna.crashmover.dead_letter.depth'), 'dead-letter queue']],
        ),
        graph('Dead-lettered by reason', { description: 'Per second.', unit: 'cps' }, [
          [perSecond('antenna.crashmover.dead_lettered', ['reason']), '{{reason}}'],
        ]),
        graph(
          'Given up on',
          {
            description: 'Reports that could not be saved, ids that could not be published.',
            unit: 'cps',
          },
          [
            [perSecond('antenna.crashmover.save_dropped'), 'not saved'],
            [perSecond('antenna.crashmover.publish_dropped'), 'not published'],
          ],
        ),
        graph('Failed checks', { description: 'Of stores and queues.', unit: 'cps' }, [
          [perSecond('antenna.health.failures', ['check']), '{{check}}'],
        ]),
      ],
    },
  ],
};
