import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CliContext, Output } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { assertWritable } from '../output-file.js';
import { corpusOf } from '../corpus/corpus-options.js';
import { progressBar } from '../progress-bar.js';
import { deliverReport } from '../report/deliver-report.js';
import { Journal } from './journal.js';
import { type LoadOptions, loadPlan } from './load-options.js';
import { loadDocument, loadResult } from './load-result.js';
import { measuredRun } from './measured-run.js';
import { assertOwnHost } from '../target-host.js';
import { ReportPool } from './report-pool.js';
import { Tally } from './tally.js';
import { Verifier } from './verify/verifier.js';

/** @throws CliError before the run if an option is wrong, or after the report if something failed */
export async function loadCollector(options: LoadOptions, context: CliContext): Promise<void> {
  const { url, shape, seed, distinct, count, expectP99 } = options;
  await assertOwnHost(url, { confirmed: options.yesThisIsMine === true });
  if (options.deletePublished === true && options.expectPublished === undefined)
    throw new CliError('--delete-published requires --expect-published');
  await assertWritable(options.html);
  const verifier = await Verifier.open(options, context);
  const corpus = corpusOf(options, context);
  const pool = new ReportPool(corpus, Math.min(distinct, count), randomBytes(4).toString('hex'));
  await makeReports(pool, context.stderr);

  const records = { tally: new Tally(), journal: new Journal() };
  const plan = loadPlan(options, pool, context.interrupted);
  const usage = await measuredRun(plan, records, context.stderr);

  const { connections } = plan;
  const interrupted = context.interrupted.aborted;
  const verification = interrupted
    ? undefined
    : await verifier?.verify({ journal: records.journal, pool });
  const run = { url, shape, seed, connections, maxP99Ms: expectP99, interrupted, ...usage };
  const result = loadResult(records.tally, run, verification);
  await deliverReport(loadDocument(result), { ...options, data: result }, context);
  if (context.interrupted.aborted) throw new CliError('interrupted', 130);
  const [problem] = result.problems;
  if (problem !== undefined) {
    const { length } = result.problems;
    throw new CliError(`${length} ${length === 1 ? 'problem' : 'problems'}: ${problem}`);
  }
}

async function makeReports(pool: ReportPool, output: Output): Promise<void> {
  const bar = progressBar(output, pool.distinct);
  try {
    for (const _ of pool.make()) {
      bar.advance(1);
      await nextTurn();
    }
  } finally {
    bar.stop();
  }
}
