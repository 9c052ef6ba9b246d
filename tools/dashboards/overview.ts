import { latestCrashes } from './crash-lookup.js';
import type { Dashboard } from './dashboard.js';
import { figure, graph, list, panel, sized } from './panel.js';
import { inRange, maxOf, orZero, perSecond, quantile, series, sumOf } from './promql.js';

const acknowledged = inRange('antenna.ingest.outcomes', { outcome: ['accepted', 'deferred'] });
const stored = inRange('antenna.crashmover.outcomes', { outcome: ['saved', 'published'] });
/** The number of reports that are neither stored nor lost, at the time of the query or `offset` before it. */
function waitingAt(offset: '' | ' offset $__range'): string {
  const places = [
    `sum (${series('antenna.spool.depth')}${offset})`,
    `max (${series('antenna.crashmover.intake.depth')}${offset})`,
    `sum (${series('antenna.crashmover.in_flight')}${offset})`,
    `max (${series('antenna.crashmover.dead_letter.depth')}${offset})`,
  ];
  return places.map(orZero).join(' + ');
}

const waiting = waitingAt('');
const waitingBefore = waitingAt(' offset $__range');
const unavailable = inRange('antenna.ingest.outcomes', { outcome: ['unavailable'] });
const all = inRange('antenna.ingest.outcomes');

/** The dashboard that shows lost, waiting, refused and latest crashes. */
export const overview: Dashboard = {
  uid: 'antenna-overview',
  title: 'Antenna: overview',
  description: 'Shows whether crashes are lost, where they wait, and which reports are refused.',
  rows: [
    {
      title: 'Losses',
      panels: [
        figure(
          'Acknowledged',
          { description: 'Reports whose client received a crash ID.', unit: 'short' },
          acknowledged,
        ),
        figure(
          'Stored',
          {
            description:
              'Crashes that are saved and, unless deferred, published. A redelivery counts again.',
            unit: 'short',
          },
          stored,
        ),
        figure(
          'Acknowledged minus stored',
          {
            description:
              'In transit (see “Waiting”) or lost (see “Unaccounted”). Negative while a backlog shrinks.',
            unit: 'short',
          },
          `${acknowledged} - ${stored}`,
        ),
        figure(
          'Waiting',
          {
            description: 'In spools, on the intake queue, in flight, and dead letters.',
            unit: 'short',
          },
          waiting,
        ),
        figure(
          'Unaccounted',
          {
            description:
              'Acknowledged minus stored, minus the growth of waiting reports in the time range. The figure is not exact: rates are extrapolated, a killed process loses its last counts, and messages in a retry pause do not count as waiting. Investigate if it stays above 0.1 % of the acknowledged reports over a long range.',
            unit: 'short',
          },
          `(${acknowledged} - ${stored}) - ((${waiting}) - (${waitingBefore}))`,
        ),
        figure(
          'Refused with 503',
          {
            description:
              'Share of requests that ingest could not accept. Well-behaved clients retry.',
            unit: 'percentunit',
            thresholds: [
              [0.001, 'yellow'],
              [0.01, 'red'],
            ],
          },
          `${unavailable} / ${all}`,
        ),
      ],
    },
    {
      title: 'Traffic',
      panels: [
        graph(
          'Reports by outcome',
          { description: 'Every request has exactly one outcome.', unit: 'reqps', stack: 'normal' },
          [[perSecond('antenna.ingest.outcomes', ['outcome']), '{{outcome}}']],
        ),
        graph(
          'Time to answer',
          {
            description: 'From the first byte of a report to its answer. Slow clients increase it.',
            unit: 's',
          },
          [
            [quantile(0.5, 'antenna.ingest.request.duration'), 'median'],
            [quantile(0.95, 'antenna.ingest.request.duration'), '95 %'],
            [quantile(0.99, 'antenna.ingest.request.duration'), '99 %'],
          ],
        ),
        graph(
          'From the client to the store',
          {
            description: 'The three lines are equal unless reports wait between the steps.',
            unit: 'reqps',
          },
          [
            [
              perSecond('antenna.ingest.outcomes', [], { outcome: ['accepted', 'deferred'] }),
              'acknowledged',
            ],
            [perSecond('antenna.shipper.shipped'), 'shipped'],
            [
              perSecond('antenna.crashmover.outcomes', [], { outcome: ['saved', 'published'] }),
              'stored',
            ],
          ],
        ),
        sized(
          24,
          8,
          graph(
            'Reports by product and channel',
            {
              description:
                'Every valid report, whatever its outcome. “other” is a name that METRIC_PRODUCTS or METRIC_CHANNELS does not list; “none” is a report without one.',
              unit: 'reqps',
              stack: 'normal',
            },
            [
              [
                perSecond('antenna.ingest.products', ['product', 'channel']),
                '{{product}} {{channel}}',
              ],
            ],
          ),
        ),
      ],
    },
    {
      title: 'Waiting crashes',
      panels: [
        graph(
          'Waiting reports',
          { description: 'By place, from ingest to the store.', unit: 'short' },
          [
            [sumOf('antenna.spool.depth'), 'spools'],
            [maxOf('antenna.crashmover.intake.depth'), 'intake queue'],
            [sumOf('antenna.crashmover.in_flight'), 'in flight'],
            [maxOf('antenna.crashmover.dead_letter.depth'), 'dead letters'],
          ],
        ),
        graph(
          'Oldest waiting report',
          {
            description: 'SQS does not report the age of its oldest message: see CloudWatch.',
            unit: 's',
          },
          [
            [maxOf('antenna.spool.oldest_age'), 'spools'],
            [maxOf('antenna.crashmover.intake.oldest_age'), 'intake queue'],
          ],
        ),
        list(
          'Reports by deciding rule',
          { description: 'In the time range of the dashboard.', unit: 'short' },
          `topk(15, sum by (rule, verdict) (increase(${series('antenna.throttle.decisions')}[$__range])) > 0)`,
          ['rule', 'verdict'],
        ),
      ],
    },
    {
      title: 'Processes',
      panels: [
        panel(12, 8, {
          type: 'alertlist',
          title: 'Alerts',
          description: 'Each alert has a page in docs/runbooks.',
          options: {
            viewMode: 'list',
            alertName: 'Antenna',
            stateFilter: { firing: true, pending: true, error: true, noData: false, normal: false },
          },
        }),
        sized(
          12,
          8,
          graph(
            'Restarts',
            {
              description: 'In the last 15 minutes, from kube-state-metrics.',
              unit: 'short',
            },
            [
              [
                'increase(kube_pod_container_status_restarts_total{namespace=~"$namespace",container=~"ingest|crashmover|throttle-config"}[15m])',
                '{{pod}}',
              ],
            ],
          ),
        ),
        graph(
          'Event loop: utilization',
          {
            description: 'At 1, a process has reached the limit of one core.',
            unit: 'percentunit',
          },
          [[series('antenna.process.event_loop.utilization'), '{{pod}}']],
        ),
        graph(
          'Event loop: delay',
          {
            description: 'Delay of timers, 99 %. While code runs, everything else waits.',
            unit: 's',
          },
          [[series('antenna.process.event_loop.delay', { quantile: ['p99'] }), '{{pod}}']],
        ),
        graph(
          'Memory',
          {
            description:
              'Reports in flight are in buffers. A heap that only grows indicates a leak.',
            unit: 'bytes',
          },
          [[series('antenna.process.memory'), '{{pod}} {{kind}}']],
        ),
      ],
    },
    { title: 'Trace and logs of a crash', panels: [latestCrashes()] },
  ],
};
