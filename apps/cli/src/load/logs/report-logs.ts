import type { CliContext } from '../../cli-context.js';
import { deliverReport, type ReportOptions } from '../deliver-report.js';
import { logLines } from './log-lines.js';
import { logDocument, logResult } from './log-report.js';
import { LogTally } from './log-tally.js';

/** @throws CliError when a log cannot be read or the page not be written */
export async function reportLogs(
  files: readonly string[],
  options: ReportOptions,
  context: CliContext,
): Promise<void> {
  const tally = new LogTally();
  for (const file of files) for await (const line of logLines(file, context.stdin)) tally.add(line);
  const result = logResult(tally);
  await deliverReport(logDocument(result, tally), { ...options, data: result }, context);
}
