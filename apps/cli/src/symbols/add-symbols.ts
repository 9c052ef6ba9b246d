import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, systemCode } from '#antenna/errors';
import type { SymbolStore } from '#antenna/symbols';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf, formatBytes } from '../human-units.js';
import { progressBar } from '../progress-bar.js';
import { inOneLine } from '../terminal-safe.js';

/** An upload slower than half a MiB a second is given up. */
const slowestBytesPerMs = 524;

/** What became of one file. */
type Added =
  | {
      readonly file: string;
      readonly outcome: 'added' | 'replaced';
      readonly path: string;
      readonly os: string;
      readonly arch: string;
      readonly bytes: number;
    }
  | { readonly file: string; readonly outcome: 'refused'; readonly problem: string };

export interface AddChoice {
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

/**
 * Adds files, and the symbol files below directories, to the store. A file that is not valid does not stop the others.
 * @throws CliError when a file was not added
 */
export async function addSymbols(
  paths: readonly string[],
  store: SymbolStore,
  choice: AddChoice,
  context: CliContext,
): Promise<void> {
  const files = (await Promise.all(paths.map(filesAt))).flat();
  const bar = progressBar(context.stderr, files.length);
  const results: Added[] = [];
  let failure: unknown;
  try {
    for (const file of files) {
      if (context.interrupted.aborted) break;
      results.push(await add(file, store, choice, context));
      bar.advance(1);
    }
  } catch (error) {
    // The next file would meet the same problem of the store.
    failure = error;
  }
  bar.stop();
  if (choice.json) {
    const document = { location: store.location, files: results };
    await printLine(context.stdout, JSON.stringify(document, null, 2));
  } else {
    await print(context.stdout, results.map(lineOf).join(''));
  }
  const added = results.filter(({ outcome }) => outcome !== 'refused').length;
  const summary = `${countOf(added, 'file', 'files')} added to ${store.location}`;
  if (context.interrupted.aborted) throw new CliError(`interrupted: ${summary}`, 130);
  if (failure !== undefined) throw failure;
  if (files.length === 0) throw new CliError('no files that end with .sym or .sym.gz');
  if (added < files.length) throw new CliError(`${summary}, ${files.length - added} refused`);
  await printLine(context.stderr, summary);
}

async function add(
  file: string,
  store: SymbolStore,
  { maxBytes, timeoutMs }: AddChoice,
  { interrupted }: CliContext,
): Promise<Added> {
  const { headIn, inspectSymbolFile, symbolPath, SymbolsError } = await import('#antenna/symbols');
  const refused = (problem: string): Added => ({ file, outcome: 'refused', problem });
  const found = await inspectSymbolFile(file, maxBytes).catch((error: unknown) => {
    const isOfFile = error instanceof SymbolsError || systemCode(error) !== undefined;
    if (!isOfFile) throw error;
    return errorMessage(error);
  });
  if (typeof found === 'string') return refused(found);
  const path = symbolPath(found);
  if (path === undefined) return refused('its MODULE line has no valid name of a debug file');
  const before = await headIn(store, path, timeoutMs, interrupted).catch((error: unknown) => {
    // There is a file, which is no symbol file.
    if (error instanceof SymbolsError && !error.retryable) return found;
    throw error;
  });
  const uploadMs = timeoutMs + Math.ceil(found.size / slowestBytesPerMs);
  await store.put(path, found, AbortSignal.any([interrupted, AbortSignal.timeout(uploadMs)]));
  const { os, arch, size: bytes } = found;
  return { file, outcome: before ? 'replaced' : 'added', path, os, arch, bytes };
}

/** The file itself, or the symbol files below a directory. Links to directories are not followed. */
async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.sym(\.gz)?$/i.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    throw new CliError(`cannot read ${path}: ${systemCode(error) ?? errorMessage(error)}`, 1, {
      cause: error,
    });
  }
}

function lineOf(result: Added): string {
  if (result.outcome === 'refused')
    return `${inOneLine(`refused   ${result.file}: ${result.problem}`)}\n`;
  const { outcome, path, os, arch, bytes } = result;
  return `${inOneLine(`${outcome.padEnd(8)}  ${path}  ${os} ${arch}  ${formatBytes(bytes)}`)}\n`;
}
