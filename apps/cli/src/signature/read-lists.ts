import { parseSignatureLists, type SignatureLists } from '#antenna/signature';
import { bundledSignatureLists } from '#antenna/signature-lists';
import { type CliContext, type Output, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf } from '../human-units.js';
import { readText } from '../read-input.js';

type ParsedLists = ReturnType<typeof parseSignatureLists>;

/**
 * The lists of a file, or the bundled ones. Errors are printed on stderr.
 * @throws CliError when the file cannot be read or is not valid
 */
export async function readLists(
  file: string | undefined,
  context: CliContext,
): Promise<SignatureLists> {
  if (file === undefined) return bundledSignatureLists();
  const parsed = parseSignatureLists(await readText(file, context));
  if (parsed.lists) return parsed.lists;
  await printErrors(file, parsed, context.stderr);
  throw invalid(file, parsed);
}

/**
 * Validates a file as the processor does.
 * @throws CliError when there are errors
 */
export async function checkLists(
  file: string,
  { json }: { readonly json?: true },
  context: CliContext,
): Promise<void> {
  const parsed = parseSignatureLists(await readText(file, context));
  const { lists, errors } = parsed;
  if (json === true) {
    const revision = lists?.revision ?? null;
    await printLine(
      context.stdout,
      JSON.stringify({ valid: lists !== undefined, revision, errors }, null, 2),
    );
  } else {
    await printErrors(file, parsed, context.stdout);
  }
  if (!lists) throw invalid(file, parsed);
  await printLine(context.stderr, `${nameOf(file)} is valid: revision ${lists.revision}`);
}

/** In the format of compilers, which editors understand. */
async function printErrors(file: string, { errors }: ParsedLists, output: Output): Promise<void> {
  const lines = errors.map(({ line, column, message, hint }) => {
    const help = hint === undefined ? '' : ` (${hint})`;
    return `${nameOf(file)}:${line}:${column}: error: ${message}${help}\n`;
  });
  await print(output, lines.join(''));
}

function invalid(file: string, { errors }: ParsedLists): CliError {
  return new CliError(`${nameOf(file)} has ${countOf(errors.length, 'error', 'errors')}`);
}

function nameOf(file: string): string {
  return file === '-' ? 'stdin' : file;
}
