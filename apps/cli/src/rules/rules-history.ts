/** The accepted rulesets that throttle-config remembers. */
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatTable } from '../human-units.js';
import { askThrottleConfig } from './fetch-from-throttle-config.js';

export interface HistoryOptions {
  readonly url: URL;
  /** Prints this revision instead of the list. */
  readonly revision?: string;
  /** Prints how the revision differs from this one. */
  readonly diff?: string;
  readonly json: boolean;
}

/** The fields of `/v1/history` and `/v1/history/{revision}` that are used. */
interface Entry {
  readonly revision: string;
  readonly acceptedAt: string;
  readonly source: string;
  readonly user?: string;
  readonly live: boolean;
}

interface Revision extends Entry {
  readonly ruleset: string;
  readonly goBack: { readonly commands: readonly string[]; readonly note?: string };
}

/** Prints the list, one ruleset with the commands to go back to it, or a diff. */
export async function rulesHistory(options: HistoryOptions, context: CliContext): Promise<void> {
  const answer = await ask(options, context);
  if (options.json) await printLine(context.stdout, answer.trimEnd());
  else if (options.diff !== undefined) await printDiff(answer, context);
  else if (options.revision !== undefined) await printRevision(answer, context);
  else await printList(answer, context);
}

function pathOf({ revision, diff }: HistoryOptions): string {
  if (revision === undefined) return '/v1/history';
  if (diff === undefined) return `/v1/history/${encodeURIComponent(revision)}`;
  return `/v1/history/diff?${new URLSearchParams({ from: diff, to: revision }).toString()}`;
}

async function ask(options: HistoryOptions, { interrupted }: CliContext): Promise<string> {
  const { ok, status, body } = await askThrottleConfig(options.url, pathOf(options), interrupted);
  if (ok) return body;
  if (status !== 404 || options.revision === undefined)
    throw new CliError(`throttle-config at ${options.url.href} answers ${status}`);
  const revisions = [options.diff, options.revision].filter((one) => one !== undefined);
  throw new CliError(
    `the history does not have ${revisions.join(' or ')}; antenna rules history lists what it has`,
  );
}

async function printDiff(answer: string, { stdout }: CliContext): Promise<void> {
  const { diff } = JSON.parse(answer) as { diff: string };
  await print(stdout, diff === '' ? 'the documents are equal\n' : diff);
}

async function printRevision(answer: string, { stdout, stderr }: CliContext): Promise<void> {
  const { ruleset, goBack } = JSON.parse(answer) as Revision;
  await print(stdout, ruleset);
  const { commands, note } = goBack;
  if (commands.length > 0) await printLine(stderr, `\nTo go back:\n  ${commands.join('\n  ')}`);
  if (note !== undefined) await printLine(stderr, note);
}

async function printList(answer: string, { stdout }: CliContext): Promise<void> {
  const { entries } = JSON.parse(answer) as { entries: readonly Entry[] };
  if (entries.length === 0) await printLine(stdout, 'the history is empty');
  const rows = entries.map(({ revision, acceptedAt, source, user = '', live }) => [
    revision,
    acceptedAt,
    live ? 'live' : '',
    source,
    user,
  ]);
  await print(stdout, formatTable(rows));
}
