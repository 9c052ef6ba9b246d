import { open, writeFile } from 'node:fs/promises';
import { errorMessage } from '#antenna/errors';
import { CliError } from './cli-error.js';

/**
 * Creates the file unless it is there, so that a mistyped path does not cost a long run.
 * @throws CliError
 */
export async function assertWritable(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await (await open(file, 'a')).close();
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** @throws CliError */
export async function writeOutput(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw notWritable(file, error);
  });
}

function notWritable(file: string, error: unknown): CliError {
  return new CliError(`cannot write ${file}: ${errorMessage(error)}`, 1, { cause: error });
}
