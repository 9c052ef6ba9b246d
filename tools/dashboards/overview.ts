import { latestCrashes } from './crash-lookup.js';
import type { Dashboard } from './dashboard.js';
import { figure, graph, list, panel, sized } from './panel.js';
import { inRange, maxOf, orZero, perSecond, quantile, series, sumOf } from './promql.js';

const acknowledged = inRange('antenna.ingest.outcomes', { outcome: ['accepted', 'deferred'] });
const stored = inRange('antenna.crashmover.outcomes', { outcome: ['saved', 'published'] });
/** Everything that is neither stored nor lost, at the moment of the query or `offset` before it. */
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

/** Are crashes being lost, where do they wait, who is refused, what came last. */
export const overview: Dashboard = {
  uid: 'antenna-overview',
  title: 'Antenna: overview',
  description: 'Are crashes being lost, where do they wait, and which reports are refused.',
  rows: [
    {
      title: 'Losses',
      panels: [
        figure(
          'Acknowledged',
          { description: 'Reports whose client got a crash id for keeping.', unit: 'short' },
          acknowledged,
        ),
        figure(
          'Stored',
          {
            description:
              'Crashes saved and, unless deferred, published. A second delivery of a crash counts again.',
            unit: 'short',
          },
          stored,
        ),
        figure(
          'Acknowledged minus stored',
          {
            description:
              'Either on their way, see “Waiting”, or lost, see “Unaccounted”. Negative while a backlog is worked off.',
            unit: 'short',
          },
          `${acknowledged} - ${stored}`,
        ),
        figure(
          'Waiting',
          {
            description: 'In spools, on the intake queue, in work, and dead-lettered.',
            unit: 'short',
          },
          waiting,
        ),
        figure(
          'Unaccounted',
          {
            description:
              'Acknowledged minus stored, less what waits now and did not at the start of the time range. Rates are extrapolated, a killed process takes its last counts along, and a message that is retried later is not seen as waiting: look for a figure that stays, over a long range, above one in a thousand of the acknowledged.',
            unit: 'short',
          },
          `(${acknowledged} - ${stored}) - ((${waiting}) - (${waitingBefore}))`,
        ),
        figure(
          'Refused with 503',
          {
            description:
              'Share of requests that could not be taken; well-behaved clients come back.',
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
            description:
              'From the first byte of a report to its answer; slow clients make it long.',
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
            description: 'The three lines lie on each other unless something waits between them.',
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
                'Every report that could be read, whatever became of it. Names that METRIC_PRODUCTS and METRIC_CHANNELS do not list are “other”; “none” is a report that does not say.',
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
      title: 'Where crashes wait',
      panels: [
        graph(
          'Waiting reports',
          { description: 'By place, in the order of their way.', unit: 'short' },
          [
            [sumOf('antenna.spool.depth'), 'spools'],
            [maxOf('antenna.crashmover.intake.depth'), 'intake queue'],
            [sumOf('antenna.crashmover.in_flight'), 'in work'],
            [maxOf('antenna.crashmover.dead_letter.depth'), 'dead letters'],
          ],
        ),
        graph(
          'Oldest waiting report',
          {
            description: 'SQS does not tell the age of its oldest message: see CloudWatch there.',
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
          description: 'Each has a page in docs/runbooks.',
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
              description: 'In the last quarter of an hour, from kube-state-metrics.',
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
          'Event loop: share of time at work',
          {
            description: 'Near 1 a process can take no more: it is the limit of one core.',
            unit: 'percentunit',
          },
          [[series('antenna.process.event_loop.utilization'), '{{pod}}']],
        ),
        graph(
          'Event loop: delay',
          {
            description: 'How late timers run, 99 %; while code is busy everything else waits.',
            unit: 's',
          },
          [[series('antenna.process.event_loop.delay', { quantile: ['p99'] }), '{{pod}}']],
        ),
        graph(
          'Memory',
          {
            description: 'Reports in work are in buffers; a heap that only grows is a leak.',
            unit: 'bytes',
          },
          [[series('antenna.process.memory'), '{{pod}} {{kind}}']],
        ),
      ],
    },
    { title: 'From a crash id to its trace and its logs', panels: [latestCrashes()] },
  ],
};
