import type { Dashboard } from './dashboard.js';
import { graph } from './panel.js';
import { maxOf, orZero, perSecond, quantile, sumOf } from './promql.js';

const deliveries = perSecond('antenna.crashmover.outcomes');
const retried = perSecond('antenna.crashmover.outcomes', [], { outcome: ['retried'] });

/** The dashboard for moving crashes from the intake queue to the store and to the processing queue. */
export const crashmover: Dashboard = {
  uid: 'antenna-crashmover',
  title: 'Antenna: crashmover and queues',
  description: 'Moving crashes from the intake queue to the store and to the processing queue.',
  rows: [
    {
      title: 'Deliveries',
      panels: [
        graph('Outcomes', { description: 'One per delivery.', unit: 'cps', stack: 'normal' }, [
          [perSecond('antenna.crashmover.outcomes', ['outcome']), '{{outcome}}'],
        ]),
        graph('Saved and published', { description: 'Including redeliveries.', unit: 'cps' }, [
          [perSecond('antenna.crashmover.saved'), 'saved'],
          [perSecond('antenna.crashmover.published'), 'published'],
        ]),
        graph(
          'Retried share',
          { description: 'Failed deliveries that are retried later.', unit: 'percentunit' },
          [[`${orZero(retried)} / ${deliveries}`, 'retried']],
        ),
        graph('Time to save', { description: 'All objects of one crash.', unit: 's' }, [
          [quantile(0.5, 'antenna.crashmover.save.duration'), 'median'],
          [quantile(0.95, 'antenna.crashmover.save.duration'), '95 %'],
        ]),
        graph('Time to publish', { description: 'One crash ID.', unit: 's' }, [
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
        graph('Waiting messages', { description: 'As read by crashmover.', unit: 'short' }, [
          [maxOf('antenna.crashmover.intake.depth'), 'intake queue'],
        ]),
        graph(
          'Oldest message',
          {
            description: 'Not available from SQS: see ApproximateAgeOfOldestMessage in CloudWatch.',
            unit: 's',
          },
          [[maxOf('antenna.crashmover.intake.oldest_age'), 'intake queue']],
        ),
        graph(
          'Time until the queue is empty',
          { description: 'Waiting messages divided by the current rate of deliveries.', unit: 's' },
          [[`${maxOf('antenna.crashmover.intake.depth')} / ${deliveries}`, 'at this rate']],
        ),
        graph(
          'In flight',
          {
            description: 'At CONCURRENCY, a pod is busy; add pods.',
            unit: 'short',
          },
          [[sumOf('antenna.crashmover.in_flight', ['pod']), '{{pod}}']],
        ),
      ],
    },
    {
      title: 'Failed moves',
      panels: [
        graph(
          'Retries',
          { description: 'Messages returned to the queue for a later delivery.', unit: 'cps' },
          [[perSecond('antenna.crashmover.retries', ['pod']), '{{pod}}']],
        ),
        graph(
          'Dead letters',
          {
            description: 'Crashes that could not be moved; their envelopes are kept.',
            unit: 'short',
          },
          [[maxOf('antenna.crashmover.dead_letter.depth'), 'dead-letter queue']],
        ),
        graph('Dead-lettered by reason', { description: 'Per second.', unit: 'cps' }, [
          [perSecond('antenna.crashmover.dead_lettered', ['reason']), '{{reason}}'],
        ]),
        graph(
          'Dropped',
          {
            description: 'Reports that could not be saved, and IDs that could not be published.',
            unit: 'cps',
          },
          [
            [perSecond('antenna.crashmover.save_dropped'), 'not saved'],
            [perSecond('antenna.crashmover.publish_dropped'), 'not published'],
          ],
        ),
        graph('Failed checks', { description: 'Checks of stores and queues.', unit: 'cps' }, [
          [perSecond('antenna.health.failures', ['check']), '{{check}}'],
        ]),
      ],
    },
  ],
};
