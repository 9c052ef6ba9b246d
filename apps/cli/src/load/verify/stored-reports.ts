import { parseAnnotationPath, valueAt } from '#antenna/crash-report';
import { type StoredCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import { inParallel } from '../../in-parallel.js';
import type { Journal } from '../journal.js';
import type { ReportPool } from '../report-pool.js';
import { sentAs } from '../sent-as.js';
import type { Findings } from './findings.js';
import { type Patience, settle } from './settle.js';
import { storedDifferences } from './stored-differences.js';

/** Crashes that are read at the same time. */
const readers = 8;
/** Stored crashes of other clients that are read in search of unwanted ones. */
const maxOthers = 10_000;

/** Looks for the reports of a run in a store. */
export class StoredReports {
  stored = 0;
  /** Stored, although the client got no acknowledgement; the collector could not know. */
  unacknowledged = 0;
  /** Set if the store has too many crashes of others to look for unwanted ones. */
  tooManyOthers = false;

  constructor(
    private readonly crashes: StoredCrashes,
    private readonly journal: Journal,
    private readonly pool: ReportPool,
    private readonly findings: Findings,
  ) {}

  /** Compares each acknowledged report as soon as it is stored. */
  async compareAcknowledged(patience: Patience, onChecked: (count: number) => void): Promise<void> {
    let pending: Iterable<number> = this.journal.acknowledgedSequences();
    let missing: number[] = [];
    await settle(async () => {
      missing = [];
      await inParallel(pending, readers, async (sequence) => {
        if (patience.signal.aborted) return;
        if (await this.compare(sequence)) onChecked(1);
        else missing.push(sequence);
      });
      pending = missing;
      return missing.length;
    }, patience);
    for (const sequence of missing)
      this.findings.add('lost', this.journal.crashIdOf(sequence) ?? '', `report ${sequence}`);
  }

  /**
   * Looks for reports of the run that are stored without an acknowledgement.
   * @param dates of the run, as `YYYYMMDD`
   */
  async findUnacknowledged(
    dates: readonly string[],
    acknowledged: ReadonlySet<string>,
  ): Promise<void> {
    const others: string[] = [];
    for (const date of dates) {
      for await (const crashId of this.crashes.crashIds(date)) {
        if (acknowledged.has(crashId)) continue;
        others.push(crashId);
        this.tooManyOthers = others.length > maxOthers;
        if (this.tooManyOthers) return;
      }
    }
    await inParallel(others, readers, async (crashId) => {
      const crash = await this.crashes.find(crashId).catch(ignoreDamaged);
      const sent = crash && sentAs(userAgentOf(crash));
      if (sent?.runId !== this.pool.runId) return;
      const outcome = this.journal.outcomeOf(sent.sequence);
      if (outcome === 'discarded' || outcome === 'refused')
        this.findings.add('unwanted', crashId, `report ${sent.sequence}, ${outcome}`);
      else this.unacknowledged += 1;
    });
  }

  /** Returns false if it is not stored yet. */
  private async compare(sequence: number): Promise<boolean> {
    const crashId = this.journal.crashIdOf(sequence) ?? '';
    const crash = await this.crashes.find(crashId).catch((error: unknown) => {
      if (!(error instanceof StoredCrashesError)) throw error;
      return error;
    });
    if (crash === undefined) return false;
    this.stored += 1;
    const { expected } = this.pool.at(sequence);
    const differences =
      crash instanceof StoredCrashesError
        ? [crash.message]
        : expected
          ? await storedDifferences(crash, expected)
          : [];
    if (differences.length > 0) {
      const more = differences.length > 3 ? `; ${differences.length - 3} more` : '';
      const text = `${differences.slice(0, 3).join('; ')}${more}`;
      this.findings.add('damaged', crashId, `report ${sequence}: ${text}`);
    }
    return true;
  }
}

/** A damaged crash is not one that was acknowledged, so it is not known to be of this run. */
function ignoreDamaged(error: unknown): undefined {
  if (!(error instanceof StoredCrashesError)) throw error;
}

const userAgent = parseAnnotationPath('metadata#/user_agent');

function userAgentOf({ rawCrash }: StoredCrash): string {
  const agent = valueAt(rawCrash, userAgent);
  return typeof agent === 'string' ? agent : '';
}
