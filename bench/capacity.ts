/** The arithmetic of docs/capacity.md. Amounts of money are a month of 30 days, in USD, by list prices. */

const MiB = 2 ** 20;
const GiB = 2 ** 30;
const reportBytes = 610_000;
const dumpBytes = 600_000;
const secondsPerDay = 86_400;
const monthSeconds = 30 * secondsPerDay;
const outageSeconds = 4 * 3600;
const retentionDays = 180;
/** Until dumps move to a colder class. */
const hotDays = 30;

/** us-east-1, November 2026. */
const prices = {
  standardPerGiB: 0.022,
  put: 0.005 / 1000,
  get: 0.0004 / 1000,
  sqsCall: 0.4 / 1e6,
  volumePerGiB: 0.08,
  natPerGiB: 0.045,
  natHour: 0.045,
  crossZonePerGiB: 0.02,
  loadBalancerHour: 0.0225,
  /** An LCU of an Application Load Balancer handles one GiB an hour. */
  loadBalancerPerGiB: 0.008,
} as const;

interface StorageClass {
  readonly name: string;
  readonly perGiB: number;
  readonly transition: number;
  readonly retrievalPerGiB: number;
}

export const storageClasses: readonly StorageClass[] = [
  { name: 'Standard', perGiB: prices.standardPerGiB, transition: 0, retrievalPerGiB: 0 },
  { name: 'Standard-IA', perGiB: 0.0125, transition: 0.01 / 1000, retrievalPerGiB: 0.01 },
  {
    name: 'Glacier Instant Retrieval',
    perGiB: 0.004,
    transition: 0.02 / 1000,
    retrievalPerGiB: 0.03,
  },
];

/** Pods, and the volume of each pod of ingest for four hours without S3, with the chart's defaults. */
export function podsAndVolumes(reportsPerSecond: number): string {
  const ingest = Math.max(3, Math.ceil((reportsPerSecond * 0.0065) / (0.5 * 0.6)));
  const crashmover = Math.max(2, Math.ceil(reportsPerSecond / 29));
  const capacity = (reportsPerSecond * outageSeconds * reportBytes) / 0.9 / ingest;
  // The chart leaves a tenth of the volume and 256 MiB free.
  const volume = (capacity + 256 * MiB) / 0.9;
  return row([
    count(reportsPerSecond),
    String(ingest),
    String(crashmover),
    `${(capacity / GiB).toFixed(0)} GiB`,
    `${(volume / GiB).toFixed(0)} GiB`,
  ]);
}

/** Storage of a million dumps from the thirtieth to the last day, reading all of them once, and the break-even. */
export function storageRow(kind: StorageClass): string {
  const GiBs = (1e6 * dumpBytes) / GiB;
  const months = (retentionDays - hotDays) / 30;
  const stored = GiBs * kind.perGiB * months;
  const moved = 1e6 * kind.transition;
  return row([
    kind.name,
    money(moved),
    money(stored),
    money(moved + stored),
    money(GiBs * kind.retrievalPerGiB),
    kind.transition === 0 ? '' : `${count(breakEvenBytes(kind) / 1000)} KB`,
  ]);
}

/** Smaller dumps are cheaper in Standard until they expire. */
export function breakEvenBytes({ perGiB, transition }: StorageClass): number {
  const months = (retentionDays - hotDays) / 30;
  return (transition / ((prices.standardPerGiB - perGiB) * months)) * GiB;
}

/** What a load costs in a month. */
export function costRows(
  reportsPerSecond: number,
  calls: { put: number; get: number; sqs: number },
): string[] {
  const reports = reportsPerSecond * monthSeconds;
  const GiBs = (reports * reportBytes) / GiB;
  const stored = (GiBs * retentionDays) / 30;
  return [
    cost('storage after 180 days, all in Standard', stored * prices.standardPerGiB),
    cost(`puts, ${calls.put} a report`, reports * calls.put * prices.put),
    cost(`gets, ${calls.get} a report`, reports * calls.get * prices.get),
    cost(`SQS, ${calls.sqs} calls a report`, reports * calls.sqs * prices.sqsCall),
    cost(
      'Application Load Balancer',
      720 * prices.loadBalancerHour + GiBs * prices.loadBalancerPerGiB,
    ),
    cost(
      'cross-zone traffic of a Network Load Balancer, two thirds of the reports',
      (GiBs * 2 * prices.crossZonePerGiB) / 3,
    ),
    cost(
      'NAT gateway in each of three zones, if S3 has no gateway endpoint',
      3 * 720 * prices.natHour + 3 * GiBs * prices.natPerGiB,
    ),
    cost('volumes, 3 of 20 GiB', 60 * prices.volumePerGiB),
  ];
}

function cost(what: string, amount: number): string {
  return row([what, money(amount)]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function money(amount: number): string {
  return amount >= 100 ? count(amount) : amount.toFixed(2);
}
