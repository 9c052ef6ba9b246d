import type { Readable } from 'node:stream';
import { isCrashId } from '#antenna/crash-report';
import { CliError } from '../cli-error.js';
import { logLines } from '../load/logs/log-lines.js';
import { mozlogLine } from '../load/logs/mozlog-line.js';

/** Their ids are kept in memory. */
const maxCrashes = 2_000_000;

/** What logs and lists of ids say about crashes. */
export class AcknowledgedIds {
  /** Each must be stored. */
  readonly crashIds = new Set<string>();
  /** Crashes that ingest acknowledged and did not defer, by its log. */
  private readonly accepted = new Set<string>();
  private readonly published = new Set<string>();

  /**
   * Reads a list of crash ids, one per line, or a log of ingest or crashmover, which may be compressed.
   * @throws CliError when it is neither, or cannot be read to its end
   */
  async read(file: string, stdin: Readable): Promise<void> {
    let isLog = false;
    let mistake: string | undefined;
    let number = 0;
    for await (const line of logLines(file, stdin)) {
      number += 1;
      const entry = line.trim();
      const crashId = entry.replace(/^bp-/, '');
      if (isCrashId(crashId)) this.crashIds.add(crashId);
      else if (this.addLogLine(entry)) isLog = true;
      else if (entry !== '' && !entry.startsWith('#'))
        mistake ??= `${file}:${number}: neither a crash id nor a log line: ${JSON.stringify(entry.slice(0, 60))}`;
      if (Math.max(this.crashIds.size, this.published.size) > maxCrashes)
        throw new CliError(`--ids has more than ${maxCrashes} crash ids; give fewer logs`);
    }
    // What else a process prints is in its log, too.
    if (mistake !== undefined && !isLog) throw new CliError(mistake);
  }

  /** Whether crashmover's log is among the files, without which nothing is known of publishing. */
  get knowsPublished(): boolean {
    return this.published.size > 0;
  }

  isUnpublished(crashId: string): boolean {
    return this.knowsPublished && this.accepted.has(crashId) && !this.published.has(crashId);
  }

  /** Returns false for another kind of line. */
  private addLogLine(line: string): boolean {
    const parsed = mozlogLine(line);
    if (parsed === undefined) return false;
    const crashId = parsed.text('crash_id');
    if (!isCrashId(crashId)) return true;
    const outcome = parsed.text('outcome');
    if (outcome === 'accepted' || outcome === 'deferred') this.crashIds.add(crashId);
    if (outcome === 'accepted') this.accepted.add(crashId);
    if (parsed.text('message') === `${crashId} published`) this.published.add(crashId);
    return true;
  }
}
