import { isJsonObject, JsonError, type JsonValue, parseJson } from '#antenna/crash-report';
import { annotationsForRules } from '#antenna/throttle';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readText } from '../read-input.js';

/** As deep as the collector allows by default. */
const maxDepth = 64;

/**
 * The annotations of a JSON object, as rules see them: every value a string.
 * @throws CliError
 */
export async function annotationsInFile(
  file: string,
  context: CliContext,
): Promise<ReadonlyMap<string, string>> {
  const name = file === '-' ? 'stdin' : file;
  let value: JsonValue;
  try {
    value = parseJson(await readText(file, context), { maxDepth });
  } catch (error) {
    if (error instanceof JsonError)
      throw new CliError(`${name} is not JSON: ${error.message}`, 1, { cause: error });
    throw error;
  }
  if (!isJsonObject(value)) throw new CliError(`${name} is not a JSON object of annotations`);
  return annotationsForRules(new Map(Object.entries(value)));
}
