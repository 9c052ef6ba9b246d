import { count } from '../../counts.js';
import { Latencies } from '../latencies.js';
import { type MozlogLine, mozlogLine } from './mozlog-line.js';
import { Pairs } from './pairs.js';
import { TimeBuckets } from './time-buckets.js';

const crashId = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
const worstNotice = 4;
const maxKinds = 100;
/** Outcomes of ingest, of which there are fewer. */
const maxOutcomes = 20;
const maxNameLength = 200;
/** Later times are no times of a service. */
const maxMs = Date.UTC(2100);

/** Counts what log lines of ingest and crashmover say about reports, in any order. */
export class LogTally {
  lines = 0;
  notJson = 0;
  /** Logs of which only the beginning could be read. */
  readonly truncated: string[] = [];
  /** From the first to the last line, in milliseconds since 1970. */
  readonly span = { from: Number.POSITIVE_INFINITY, to: 0 };
  /** Such as `rejected: unsupported_product`. */
  readonly outcomes = new Map<string, number>();
  /** Messages of warnings and errors. */
  readonly troubles = new Map<string, number>();
  readonly events = new TimeBuckets();
  private readonly outcomeNames = new Map<string, number>();
  saved = 0;
  published = 0;
  readonly stored = new Pairs();
  readonly publishing = new Pairs();
  readonly untilStored = new Latencies();

  add(line: string): void {
    if (line.trim() === '') return;
    this.lines += 1;
    const parsed = mozlogLine(line);
    if (parsed === undefined) {
      this.notJson += 1;
      return;
    }
    const { severity, timestamp } = parsed;
    const atMs = Number(timestamp) / 1e6;
    if (!(atMs >= 0 && atMs < maxMs)) return;
    this.span.from = Math.min(this.span.from, atMs);
    this.span.to = Math.max(this.span.to, atMs);
    const message = parsed.text('message');
    if (typeof severity === 'number' && severity <= worstNotice)
      countUpTo(this.troubles, message.replaceAll(crashId, '<crash id>'), maxKinds);
    const outcome = parsed.text('outcome');
    if (outcome !== '') this.addOutcome(outcome, parsed, atMs);
    else this.addStep(message, parsed.text('crash_id'), atMs);
  }

  /** A line of ingest: each request to /submit has one. */
  private addOutcome(outcome: string, line: MozlogLine, atMs: number): void {
    const why = line.text('rule') || line.text('reason') || line.text('cause');
    countUpTo(this.outcomes, why === '' ? outcome : `${outcome}: ${why}`, maxKinds);
    this.events.add(atMs, countUpTo(this.outcomeNames, outcome, maxOutcomes));
    const id = line.text('crash_id');
    if (outcome !== 'accepted' && outcome !== 'deferred') return;
    this.recordStored(this.stored.first(id, atMs));
    if (outcome === 'accepted') this.publishing.first(id, atMs);
  }

  /** A line of crashmover. */
  private addStep(message: string, id: string, atMs: number): void {
    if (message === `${id} saved`) {
      this.saved += 1;
      this.events.add(atMs, 'stored');
      this.recordStored(this.stored.second(id, atMs));
    } else if (message === `${id} published`) {
      this.published += 1;
      this.events.add(atMs, 'published');
      this.publishing.second(id, atMs);
    }
  }

  private recordStored(milliseconds: number | undefined): void {
    if (milliseconds !== undefined) this.untilStored.record(milliseconds);
  }
}

/** Returns the name under which it is counted. */
function countUpTo(counts: Map<string, number>, name: string, max: number): string {
  const short = name.slice(0, maxNameLength);
  const key = counts.has(short) || counts.size < max ? short : 'other';
  count(counts, key);
  return key;
}
