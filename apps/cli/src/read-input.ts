import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import type { CliContext } from './cli-context.js';
import { isMissing, systemCode } from '#antenna/errors';
import { CliError } from './cli-error.js';

/**
 * A whole file.
 * @throws CliError when it cannot be read
 */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = isMissing(error) ? 'no such file' : systemCode(error);
    throw new CliError(`cannot read ${file}: ${reason}`, 1, { cause: error });
  }
}

/**
 * A whole file, or standard input for `-`, as text.
 * @throws CliError when it cannot be read
 */
export async function readText(file: string, { stdin }: CliContext): Promise<string> {
  return (file === '-' ? await buffer(stdin) : await readInput(file)).toString();
}
