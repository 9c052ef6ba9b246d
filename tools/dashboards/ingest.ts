import type { Dashboard } from './dashboard.js';
import { graph } from './panel.js';
import { orZero, perSecond, quantile, series, sumOf } from './promql.js';

const requests = perSecond('antenna.ingest.outcomes');
const malformed = perSecond('antenna.ingest.outcomes', [], { outcome: ['malformed'] });
const unavailable = perSecond('antenna.ingest.outcomes', [], { outcome: ['unavailable'] });

/** The dashboard for receiving reports, keeping them in the spool, and shipping them. */
export const ingest: Dashboard = {
  uid: 'antenna-ingest',
  title: 'Antenna: ingest and spool',
  description: 'Receiving reports, keeping them in the spool, shipping them to the staging store.',
  rows: [
    {
      title: 'Requests',
      panels: [
        graph(
          'Outcomes',
          { description: 'Every request has exactly one outcome.', unit: 'reqps', stack: 'normal' },
          [[perSecond('antenna.ingest.outcomes', ['outcome']), '{{outcome}}']],
        ),
        graph(
          'Requests by pod',
          { description: 'Uneven rates indicate a pod that is not ready.', unit: 'reqps' },
          [[perSecond('antenna.ingest.received', ['pod']), '{{pod}}']],
        ),
        graph(
          'Time to answer',
          { description: 'From the first byte of a report to its answer.', unit: 's' },
          [
            [quantile(0.5, 'antenna.ingest.request.duration'), 'median'],
            [quantile(0.95, 'antenna.ingest.request.duration'), '95 %'],
            [quantile(0.99, 'antenna.ingest.request.duration'), '99 %'],
          ],
        ),
        graph(
          'Refused with 503, and malformed',
          { description: 'Shares of all requests.', unit: 'percentunit' },
          [
            [`${orZero(unavailable)} / ${requests}`, '503'],
            [`${orZero(malformed)} / ${requests}`, 'malformed'],
          ],
        ),
        graph(
          'Malformed reports by reason',
          {
            description: 'docs/submission.md describes each reason.',
            unit: 'reqps',
            stack: 'normal',
          },
          [[perSecond('antenna.ingest.malformed', ['reason']), '{{reason}}']],
        ),
        graph(
          'Uploads in flight',
          { description: 'At MAX_UPLOADS per pod, other clients get a 503.', unit: 'short' },
          [[sumOf('antenna.ingest.uploads_in_flight', ['pod']), '{{pod}}']],
        ),
      ],
    },
    {
      title: 'Reports',
      panels: [
        graph(
          'Size on the wire',
          { description: 'Compressed reports count with their compressed size.', unit: 'bytes' },
          [
            [quantile(0.5, 'antenna.ingest.payload.size'), 'median'],
            [quantile(0.95, 'antenna.ingest.payload.size'), '95 %'],
            [quantile(0.99, 'antenna.ingest.payload.size'), '99 %'],
          ],
        ),
        graph('Compressed', { description: 'Share of all reports.', unit: 'percentunit' }, [
          [`${perSecond('antenna.ingest.compressed')} / ${requests}`, 'compressed'],
        ]),
        graph(
          'Minidumps that are none, by reason',
          {
            description: 'Accepted, with a note in the raw crash.',
            unit: 'reqps',
            stack: 'normal',
          },
          [[perSecond('antenna.ingest.minidumps_invalid', ['reason']), '{{reason}}']],
        ),
        graph('Time to decompress', { description: 'Per report.', unit: 's' }, [
          [quantile(0.5, 'antenna.ingest.decompress.duration'), 'median'],
          [quantile(0.99, 'antenna.ingest.decompress.duration'), '99 %'],
        ]),
        graph(
          'Crash IDs chosen without the token',
          { description: 'Refused reports that contain a uuid without the token.', unit: 'reqps' },
          [[perSecond('antenna.ingest.unauthorized'), 'unauthorized']],
        ),
      ],
    },
    {
      title: 'Spool',
      panels: [
        graph(
          'Waiting reports',
          { description: 'Acknowledged but not yet shipped.', unit: 'short' },
          [[sumOf('antenna.spool.depth', ['pod']), '{{pod}}']],
        ),
        graph(
          'Used share of the capacity',
          {
            description: 'At 90 % a pod refuses reports with 503 and is not ready.',
            unit: 'percentunit',
            thresholds: [
              [0.7, 'orange'],
              [0.9, 'red'],
            ],
          },
          [[`${series('antenna.spool.bytes')} / ${series('antenna.spool.capacity')}`, '{{pod}}']],
        ),
        graph('Oldest report', { description: 'A few seconds while shipping works.', unit: 's' }, [
          [series('antenna.spool.oldest_age'), '{{pod}}'],
        ]),
        graph(
          'Time to make a report durable',
          { description: 'Write, sync and rename on the disk.', unit: 's' },
          [
            [quantile(0.5, 'antenna.spool.write.duration'), 'median'],
            [quantile(0.95, 'antenna.spool.write.duration'), '95 %'],
            [quantile(0.99, 'antenna.spool.write.duration'), '99 %'],
          ],
        ),
      ],
    },
    {
      title: 'Shipping',
      panels: [
        graph('Shipped', { description: 'Staged and announced to crashmover.', unit: 'reqps' }, [
          [perSecond('antenna.shipper.shipped', ['pod']), '{{pod}}'],
        ]),
        graph(
          'Failed attempts by step',
          {
            description: 'stage: the store; announce: the intake queue; remove: the disk.',
            unit: 'cps',
          },
          [[perSecond('antenna.shipper.failures', ['step']), '{{step}}']],
        ),
        graph(
          'Failed checks',
          { description: 'Checks of stores and queues by all services.', unit: 'cps' },
          [[perSecond('antenna.health.failures', ['check', 'pod']), '{{check}} {{pod}}']],
        ),
      ],
    },
  ],
};
