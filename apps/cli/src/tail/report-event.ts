import { mozlogLine, type MozlogLine } from '../load/logs/mozlog-line.js';

/** What can happen to a report: the outcomes of ingest, then the steps on its way. */
export const reportEventKinds = [
  'accepted',
  'deferred',
  'fake_accepted',
  'rejected',
  'malformed',
  'too_large',
  'unauthorized',
  'aborted',
  'unavailable',
  'stored',
  'published',
  'delayed',
  'dead_lettered',
] as const;
export type ReportEventKind = (typeof reportEventKinds)[number];

/** One event of a report, as the log tells it; a property is undefined if the log does not have it. */
export interface ReportEvent {
  /** In ISO 8601. */
  readonly time: string;
  readonly event: ReportEventKind;
  readonly product: string | undefined;
  readonly version: string | undefined;
  readonly channel: string | undefined;
  readonly rule: string | undefined;
  readonly crashId: string | undefined;
  /** Bytes on the wire. */
  readonly size: number | undefined;
  /** Why a report was refused, delayed or dead-lettered. */
  readonly reason: string | undefined;
}

/** What follows the crash id in the message of a step (docs/observability.md, "Logs"). */
const steps: Readonly<Record<string, ReportEventKind>> = {
  saved: 'stored',
  published: 'published',
  'not shipped yet': 'delayed',
  'not moved yet': 'delayed',
  'dead-lettered': 'dead_lettered',
};

/** Later times are no times of a service. */
const maxMs = Date.UTC(2100);

/** The event that a log line of ingest or crashmover tells of; undefined for other lines. */
export function reportEvent(line: string): ReportEvent | undefined {
  const parsed = mozlogLine(line);
  const event = parsed && kindOf(parsed);
  const ms = Number(parsed?.timestamp) / 1e6;
  if (!event || !(ms >= 0 && ms < maxMs)) return undefined;
  const text = (field: string): string | undefined => parsed.text(field) || undefined;
  return {
    time: new Date(ms).toISOString(),
    event,
    product: text('product'),
    version: text('version'),
    channel: text('channel'),
    rule: text('rule'),
    crashId: text('crash_id'),
    size: parsed.number('size'),
    reason: text('reason') ?? text('cause') ?? text('detail'),
  };
}

function kindOf(line: MozlogLine): ReportEventKind | undefined {
  const outcome = line.text('outcome');
  if (outcome !== '') return reportEventKinds.find((kind) => kind === outcome);
  const start = `${line.text('crash_id')} `;
  const message = line.text('message');
  return message.startsWith(start) ? steps[message.slice(start.length)] : undefined;
}
