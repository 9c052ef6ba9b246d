import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { collectCrashIds } from '../option-values.js';
import { crashIdsInFile } from '../republish/crash-ids-in-file.js';
import { type FilterOptions, hasFilter } from './crash-filter.js';

/** The options of {@link addIdOptions}. */
export interface IdOptions {
  readonly id?: readonly string[];
  readonly ids?: string;
}

/** Adds the options that name crashes. */
export function addIdOptions(command: Command): Command {
  return command
    .option('--id <crash id>', 'this crash; can be repeated', collectCrashIds)
    .option('--ids <file>', 'file with crash ids, one per line; - is standard input');
}

/**
 * The ids that the options name; undefined when a filter chooses the crashes.
 * @throws CliError when neither is given, or both
 */
export async function namedIds(
  options: IdOptions & FilterOptions,
  context: CliContext,
): Promise<readonly string[] | undefined> {
  const { id = [], ids } = options;
  const isNamed = id.length > 0 || ids !== undefined;
  if (isNamed && hasFilter(options)) throw new CliError('give either crash ids or filters');
  if (!isNamed && !hasFilter(options))
    throw new CliError('give --id or --ids, or --date or --since');
  if (!isNamed) return undefined;
  return [...id, ...(ids === undefined ? [] : await crashIdsInFile(ids, context))];
}

/** For a state file, which is written often: the same for the same ids, however many. */
export function digestOf(crashIds: readonly string[]): object {
  const sha256 = createHash('sha256').update(crashIds.join('\n')).digest('hex');
  return { ids: crashIds.length, sha256 };
}
