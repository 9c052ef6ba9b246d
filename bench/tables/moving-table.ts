import { type Mover, movers, type Moving } from '../measurements/moving.js';
import { ratios, spreadOf } from '../statistics.js';
import { textTable } from '../text-table.js';
import { callsText, spread, titles } from './columns.js';

export function movingTable(moving: Moving): string {
  const rate = (name: Mover): number[] =>
    moving[name].map(({ reportsPerSecond }) => reportsPerSecond);
  const rows = movers.map((name) => {
    const cpuMs = spreadOf(moving[name].map(({ cpuMsPerReport }) => cpuMsPerReport)).median;
    return [
      titles[name],
      spreadOf(rate(name)).median.toFixed(0),
      name === 'floor' ? '' : spread(spreadOf(ratios(rate(name), rate('floor')))),
      cpuMs.toFixed(2),
      (1000 / cpuMs).toFixed(0),
      moving[name].map(({ reports }) => reports).join(', '),
    ];
  });
  const calls = callsText(moving['crashmover-aws'].map(({ callsPerReport }) => callsPerReport));
  const header = ['process', '/s', 'ratio to floor', 'CPU ms/report', 'reports/CPU s', 'reports'];
  return `${textTable(header, rows)}\n\nCalls to S3 and SQS for each report: ${calls}`;
}
