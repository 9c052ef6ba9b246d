import { isCrashId } from '#antenna/crash-report';
import { type CliContext, print } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readText } from '../read-input.js';

/** A file of another format has a mistake in every line: a few are enough. */
const maxMistakes = 20;

/**
 * The crash ids of a file, one per line, in its order, without empty lines, lines that begin with `#`, and duplicates.
 * @throws CliError after a line on stderr for each line that is not a crash id
 */
export async function crashIdsInFile(file: string, context: CliContext): Promise<string[]> {
  const lines = (await readText(file, context)).split('\n');
  const mistakes: string[] = [];
  const crashIds = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const text = line.trim().replace(/^bp-/, '');
    if (isCrashId(text)) crashIds.add(text);
    else if (text !== '' && !text.startsWith('#'))
      mistakes.push(`${file}:${index + 1}: not a crash id: ${JSON.stringify(text.slice(0, 60))}\n`);
  }
  if (mistakes.length > 0) {
    await print(context.stderr, mistakes.slice(0, maxMistakes).join(''));
    const count = mistakes.length === 1 ? '1 line is' : `${mistakes.length} lines are`;
    throw new CliError(`${count} not a crash id; nothing was done`);
  }
  return [...crashIds];
}
