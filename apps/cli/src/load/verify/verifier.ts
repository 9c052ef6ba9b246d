import { join } from 'node:path';
import { crashIdDate } from '#antenna/crash-report';
import { type MessageQueue, openSqsQueue } from '#antenna/message-queue';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../../cli-context.js';
import { CliError } from '../../cli-error.js';
import { dayOf } from '../../days.js';
import { progressBar } from '../../progress-bar.js';
import { openCrashStore } from '../../stored/crash-store.js';
import { isDirectory } from '../../stored/data-directory.js';
import { configOf } from '../../stored/open-backend.js';
import { withQueues } from '../../stored/open-queues.js';
import type { Journal } from '../journal.js';
import type { ReportPool } from '../report-pool.js';
import type { Verification } from '../verification.js';
import { Findings } from './findings.js';
import { peekPublished, PublishedIds, receivePublished } from './published-ids.js';
import { StoredReports } from './stored-reports.js';

export interface VerifyOptions {
  /** `s3://bucket[/prefix]`, a directory of crashes, or a data directory, whose queue is checked too. */
  readonly expectStored?: string;
  /** URL of an SQS queue. */
  readonly expectPublished?: string;
  /** Deletes the run's messages from that queue. */
  readonly deletePublished?: true;
  /** Milliseconds without progress after which what is missing is lost. */
  readonly settle: number;
}

/** The reports of a run and their outcomes. */
export interface LoadedReports {
  readonly journal: Journal;
  readonly pool: ReportPool;
}

interface Targets {
  readonly crashes: StoredCrashes | undefined;
  /** A queue, or the data directory that has it. */
  readonly queue: MessageQueue | string | undefined;
}

/** Looks for acknowledged reports where they must be. */
export class Verifier {
  private constructor(
    private readonly options: VerifyOptions,
    private readonly targets: Targets,
    private readonly context: CliContext,
  ) {}

  /**
   * Opens the store and the queue before the run, so that a mistyped name does not cost a run. Undefined if neither is
   * given.
   * @throws CliError and the errors of stores and queues
   */
  static async open(options: VerifyOptions, context: CliContext): Promise<Verifier | undefined> {
    const { expectStored, expectPublished } = options;
    if (expectStored === undefined && expectPublished === undefined) return undefined;
    const crashes =
      expectStored === undefined ? undefined : await openCrashStore(expectStored, context);
    const queue =
      expectPublished === undefined
        ? await dataDirectoryWithQueues(expectStored)
        : await openSqs(expectPublished, context);
    return new Verifier(options, { crashes, queue }, context);
  }

  /** Waits for the acknowledged reports to be stored and published. */
  async verify(loaded: LoadedReports): Promise<Verification> {
    const findings = new Findings();
    const notes: string[] = [];
    const acknowledged = acknowledgedIds(loaded.journal, findings);
    const reports = await this.checkStored({ ...loaded, findings }, acknowledged);
    const published = await this.checkPublished(acknowledged, { findings, notes });
    if (reports?.tooManyOthers === true)
      notes.push('the store has too many other crashes to look for discarded reports');
    if (published === undefined)
      notes.push('publishing was not checked: give a data directory, or --expect-published');
    if (this.context.interrupted.aborted) notes.push('the verification was interrupted');
    return {
      acknowledged: loaded.journal.acknowledged,
      stored: reports?.stored,
      published,
      unacknowledged: reports?.unacknowledged ?? 0,
      findings: this.context.interrupted.aborted ? [] : findings.all,
      notes,
    };
  }

  private get patience() {
    return { settleMs: this.options.settle, signal: this.context.interrupted };
  }

  private async checkStored(
    { journal, pool, findings }: LoadedReports & { readonly findings: Findings },
    acknowledged: ReadonlySet<string>,
  ): Promise<StoredReports | undefined> {
    const { crashes } = this.targets;
    if (!crashes) return undefined;
    const reports = new StoredReports(crashes, journal, pool, findings);
    const bar = progressBar(this.context.stderr, journal.acknowledged);
    try {
      await reports.compareAcknowledged(this.patience, (count) => bar.advance(count));
    } finally {
      bar.stop();
    }
    const dates = new Set([dayOf(this.context.now())]);
    for (const crashId of acknowledged) dates.add(crashIdDate(crashId));
    await reports.findUnacknowledged([...dates], acknowledged);
    return reports;
  }

  /** Returns the number of reports that are published; undefined if no queue can be read. */
  private async checkPublished(
    acknowledged: ReadonlySet<string>,
    { findings, notes }: { readonly findings: Findings; readonly notes: string[] },
  ): Promise<number | undefined> {
    const { queue } = this.targets;
    if (queue === undefined) return undefined;
    const published = new PublishedIds(acknowledged);
    if (typeof queue === 'string') {
      await withQueues(queue, (queues) =>
        peekPublished(queues.queue('processing'), published, {
          ...this.patience,
          isProcessed: async (id) => (await this.targets.crashes?.isProcessed(id)) === true,
        }),
      );
    } else {
      const deleteFound = this.options.deletePublished === true;
      try {
        await receivePublished(queue, published, { ...this.patience, deleteFound });
      } finally {
        await queue.close();
      }
    }
    published.addTo(findings);
    const { size } = published.processed;
    if (size > 0) notes.push(`${size} were processed: not checked whether published only once`);
    return published.found;
  }
}

async function dataDirectoryWithQueues(location: string | undefined): Promise<string | undefined> {
  if (location === undefined || location.startsWith('s3://')) return undefined;
  return (await isDirectory(join(location, 'queues'))) ? location : undefined;
}

async function openSqs(queueUrl: string, { environment }: CliContext): Promise<MessageQueue> {
  if (!URL.canParse(queueUrl))
    throw new CliError(`--expect-published must be the URL of a queue, not ${queueUrl}`);
  const { BackendConfig } = await import('#antenna/backends');
  const { region, sqsEndpoint } = await configOf(BackendConfig, environment);
  const queue = await openSqsQueue({ queueUrl, region, endpoint: sqsEndpoint });
  await queue.check();
  return queue;
}

function acknowledgedIds(journal: Journal, findings: Findings): Set<string> {
  const crashIds = new Set<string>();
  for (const sequence of journal.acknowledgedSequences()) {
    const crashId = journal.crashIdOf(sequence) ?? '';
    if (crashIds.has(crashId)) findings.add('sameId', crashId, `report ${sequence}`);
    crashIds.add(crashId);
  }
  return crashIds;
}
