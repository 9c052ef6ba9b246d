/**
 * A run from its first report to the clean-up. The order matters: first everything is sent, then it is searched for
 * along its path, and what was left is removed even after a failure.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

import { type Check, type CheckResult, runCheck, skippedCheck } from './check.js';
import { cleanUpCheck } from './clean-up.js';
import { type Deployment, openDeployment } from './deployment.js';
import { type LogLines, openLogLines } from './log-lines.js';
import { loggedChecks } from './logged.js';
import { acceptableReports } from './marked-report.js';
import { OptionError, type SystemtestOptions } from './options.js';
import { pageChecks } from './pages.js';
import { publishedCheck } from './published.js';
import { malformedChecks, tooLargeChecks } from './refused.js';
import { countsOf, type Reporter } from './report.js';
import { acceptedChecks } from './send.js';
import { notStoredCheck, storedChecks } from './stored.js';
import { TestRun } from './test-run.js';
import { throttledChecks } from './throttled.js';

export interface SystemtestContext {
  readonly reporter: Reporter;
  readonly stdin: Readable;
  readonly now: () => Date;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly interrupted: AbortSignal;
}

/**
 * Runs all checks, one after another.
 * @returns whether none failed
 * @throws OptionError when a store, queue or file of the options cannot be opened
 */
export async function systemtest(
  options: SystemtestOptions,
  context: SystemtestContext,
): Promise<boolean> {
  const { clock, interrupted, reporter } = context;
  const deployment = await openDeployment(options);
  const logs = await openLogs(options, context.stdin);
  const run = new TestRun(randomUUID(), options.timeoutMs, clock, interrupted);
  const startedAt = clock();
  const results: CheckResult[] = [];
  const make = async (check: Check): Promise<void> => {
    const result = await runCheck(check, clock);
    results.push(result);
    reporter.add(result);
  };
  try {
    for (const check of checksOf(options, { deployment, logs, run, now: context.now }))
      await make(interrupted.aborted ? skippedCheck(check.name, 'interrupted') : check);
    await make(cleanUpCheck(deployment.crashes, run, onFound(options)));
  } finally {
    logs?.close();
    await deployment.close();
  }
  const milliseconds = Math.round(clock() - startedAt);
  reporter.finish({ runId: run.id, url: options.submitUrl, results, milliseconds });
  return countsOf(results).failed === 0 && !interrupted.aborted;
}

interface Parts {
  readonly deployment: Deployment;
  readonly logs: LogLines | undefined;
  readonly run: TestRun;
  readonly now: () => Date;
}

function checksOf(options: SystemtestOptions, { deployment, logs, run, now }: Parts): Check[] {
  const { annotations, submitUrl } = options;
  const source = { runId: run.id, now: now(), annotations, randomBytes };
  const reports = acceptableReports(source);
  return [
    ...pageChecks(deployment),
    ...acceptedChecks(submitUrl, reports, run, now),
    ...throttledChecks(deployment, source, run),
    ...malformedChecks(submitUrl),
    ...tooLargeChecks(submitUrl, options.maxPayload),
    ...storedChecks(deployment, reports, run, source.now),
    publishedCheck(deployment, run, onFound(options)),
    ...loggedChecks(logs, run),
    notStoredCheck(deployment, run),
  ];
}

function onFound({ keep }: SystemtestOptions): 'delete' | 'leave' {
  return keep ? 'leave' : 'delete';
}

async function openLogs(
  { logs }: SystemtestOptions,
  stdin: Readable,
): Promise<LogLines | undefined> {
  if (logs === undefined) return undefined;
  return await openLogLines(logs, stdin).catch((error: unknown) => {
    throw new OptionError(`--logs: ${String(error)}`, { cause: error });
  });
}
