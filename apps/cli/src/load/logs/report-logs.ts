import type { CliContext } from '../../cli-context.js';
import { CliError } from '../../cli-error.js';
import { assertWritable } from '../../output-file.js';
import { deliverReport, type ReportOptions } from '../../report/deliver-report.js';
import { logLines, TruncatedLogError } from './log-lines.js';
import { logDocument, logResult } from './log-report.js';
import { LogTally } from './log-tally.js';

/** @throws CliError when a log cannot be read or the page not be written; after the report if a log is truncated */
export async function reportLogs(
  files: readonly string[],
  options: ReportOptions,
  context: CliContext,
): Promise<void> {
  await assertWritable(options.html);
  const tally = new LogTally();
  for (const file of files) {
    try {
      for await (const line of logLines(file, context.stdin)) tally.add(line);
    } catch (error) {
      if (!(error instanceof TruncatedLogError)) throw error;
      tally.truncated.push(error.message);
    }
  }
  if (tally.lines === tally.notJson && tally.truncated.length === 0) {
    throw new CliError(
      `no JSON log line in ${files.join(', ')}; services write them with LOG_FORMAT=json`,
    );
  }
  const result = logResult(tally);
  await deliverReport(logDocument(result, tally), { ...options, data: result }, context);
  if (tally.truncated.length > 0) throw new CliError(tally.truncated.join('; '));
}
