import type { Dashboard } from './dashboard.js';
import { graph } from './panel.js';
import { perSecond, quantile } from './promql.js';

/** The dashboard for the pages that show processed crashes, and for their index. */
export const crashStats: Dashboard = {
  uid: 'antenna-crash-stats',
  title: 'Antenna: Crash Stats',
  description: 'The pages that show processed crashes. Empty without Crash Stats.',
  rows: [
    {
      title: 'Pages',
      panels: [
        graph('Answers', { description: 'By status.', unit: 'reqps', stack: 'normal' }, [
          [perSecond('antenna.crash_stats.requests', ['status']), '{{status}}'],
        ]),
        graph('Time to answer', { description: 'Pages and their API.', unit: 's' }, [
          [quantile(0.5, 'antenna.crash_stats.request.duration'), 'median'],
          [quantile(0.95, 'antenna.crash_stats.request.duration'), '95 %'],
        ]),
        graph(
          'Refused users',
          {
            description:
              'not_from_proxy, no_user: somebody goes around the proxy, or it is set up wrongly.',
            unit: 'reqps',
          },
          [[perSecond('antenna.crash_stats.refused', ['reason']), '{{reason}}']],
        ),
      ],
    },
    {
      title: 'Index of crashes',
      panels: [
        graph('Time to search', { description: 'Queries to the index.', unit: 's' }, [
          [quantile(0.5, 'antenna.crash_stats.index.query.duration'), 'median'],
          [quantile(0.95, 'antenna.crash_stats.index.query.duration'), '95 %'],
        ]),
        graph('Failed queries', { description: 'The index is away or damaged.', unit: 'reqps' }, [
          [perSecond('antenna.crash_stats.index.failures', ['operation']), '{{operation}}'],
        ]),
        graph(
          'Failed writes',
          { description: 'The processor tries them again later.', unit: 'cps' },
          [[perSecond('antenna.index.failures', ['operation']), '{{operation}}']],
        ),
      ],
    },
  ],
};
