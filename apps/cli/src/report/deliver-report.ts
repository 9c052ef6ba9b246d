import { type CliContext, print, printLine } from '../cli-context.js';
import { writeOutput } from '../output-file.js';
import { type ReportDocument, reportText } from './report-document.js';
import { reportPage } from './report-page.js';

export interface ReportOptions {
  readonly json?: true;
  /** A file to write. */
  readonly html?: string;
}

/**
 * Prints a report, or its data as JSON, and writes the page.
 * @throws CliError when the page cannot be written
 */
export async function deliverReport(
  report: ReportDocument,
  { json, html, data }: ReportOptions & { readonly data: unknown },
  { stdout }: CliContext,
): Promise<void> {
  if (json === true) await printLine(stdout, JSON.stringify(data));
  else await print(stdout, reportText(report));
  if (html !== undefined) await writeOutput(html, await reportPage(report));
}
