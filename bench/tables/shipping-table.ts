import { type Shipping, shippingTargets } from '../measurements/shipping.js';
import { ratesRatio } from '../measurements/rate-run.js';
import { textTable } from '../text-table.js';
import { callsText, medianOf, spread, titles } from './columns.js';

export function shippingTable({ runs, callsPerReport }: Shipping): string {
  const directory = runs['ingest-shipping'];
  const rows = shippingTargets.map((name) => [
    titles[name],
    medianOf(runs[name], 'reportsPerSecond', 0),
    name === 'ingest-shipping' ? '' : spread(ratesRatio(runs[name], directory)),
    medianOf(runs[name], 'p50Ms', 1),
    medianOf(runs[name], 'p99Ms', 1),
    medianOf(runs[name], 'cpuMsPerReport', 2),
    String(runs[name].length),
  ]);
  const header = ['server', '/s', 'ratio to the first', 'p50 ms', 'p99 ms', 'CPU ms/report'];
  const calls = `Calls to S3 and SQS for each report: ${callsText(callsPerReport)}`;
  return `${textTable([...header, 'runs'], rows)}\n\n${calls}`;
}
