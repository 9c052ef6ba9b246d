import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf, formatBytes, formatTable } from '../human-units.js';
import type { SendProgress } from '../republish/send-crash-ids.js';
import { crashesToPublish, type Verification } from './verify-crashes.js';

interface Ending {
  /** Ids that were looked for. */
  readonly ids: number;
  /** Undefined without --republish. */
  readonly sent: (SendProgress & { readonly queue: string }) | undefined;
  readonly json: boolean;
}

/**
 * Prints the counts, then the problems.
 * @throws CliError when problems remain, or it was interrupted
 */
export async function printVerification(
  found: Verification,
  { ids, sent, json }: Ending,
  { stdout, stderr, interrupted }: CliContext,
): Promise<void> {
  const isComplete = !interrupted.aborted;
  const document = documentOf(found, { isComplete, ids, sent });
  if (json) await printLine(stdout, JSON.stringify(document, null, 2));
  else await print(stdout, textOf(found, { ids, sent }));
  if (!isComplete) throw new CliError('interrupted; not everything was verified', 130);
  for (const { crashId, code } of sent?.failed ?? [])
    await printLine(stderr, `not sent: ${crashId}: ${code}`);
  const remaining = found.problems - (sent?.sent ?? 0);
  if (remaining > 0) throw new CliError(countOf(remaining, 'problem', 'problems'));
}

function documentOf(
  { unpublished, unprocessed, damaged, list, ...counts }: Verification,
  { isComplete, ids, sent }: Omit<Ending, 'json'> & { readonly isComplete: boolean },
): object {
  return {
    isComplete,
    ids,
    ...counts,
    unpublished: unpublished.size,
    unprocessed: unprocessed.size,
    damaged: damaged.size,
    republished: sent?.sent ?? 0,
    list,
  };
}

function textOf(found: Verification, { ids, sent }: Omit<Ending, 'json'>): string {
  const { crashes, dumps, bytes, unchecked, list } = found;
  const read = `${countOf(crashes, 'crash', 'crashes')}, ${countOf(dumps, 'dump', 'dumps')}`;
  const without = unchecked === 0 ? '' : `, ${unchecked} without a checksum`;
  const looked = ids === 0 ? '' : `, looked for ${countOf(ids, 'id', 'ids')}`;
  // Not where nothing was found to verify: that is no success.
  const clean = found.problems === 0 && crashes + ids > 0 ? ', no problems' : '';
  const toSend = countOf(crashesToPublish(found).length, 'crash id', 'crash ids');
  return [
    `read ${read} (${formatBytes(bytes)})${without}${looked}${clean}\n`,
    sent ? `sent ${sent.sent} of ${toSend} to queue ${sent.queue}\n` : '',
    formatTable(list.map(({ crashId, problem }) => [crashId, problem])),
  ].join('');
}
