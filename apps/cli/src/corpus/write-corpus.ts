import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '#antenna/errors';
import type { ReportCorpus } from '#antenna/report-corpus';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { progressBar } from '../progress-bar.js';
import { bodyName, indexEntry, indexName } from './corpus-index.js';

export interface WrittenCorpus {
  readonly directory: string;
  readonly reports: number;
  /** Of all bodies. */
  readonly bytes: number;
}

/** What this command writes, and nothing else, is replaced by force. */
const ownFile = /^(\d{8}\.body|index\.jsonl)(\.partial)?$/;

/**
 * Writes each body to a file of its own, and the index last: a directory with an index is complete.
 * @throws CliError when the directory is in use or cannot be written
 */
export async function writeCorpus(
  corpus: ReportCorpus,
  options: { directory: string; count: number; force: boolean },
  context: CliContext,
): Promise<WrittenCorpus> {
  const { directory, count } = options;
  const bar = progressBar(context.stderr, count);
  let reports = 0;
  let bytes = 0;
  let index: FileHandle | undefined;
  try {
    await prepare(directory, options.force);
    const indexFile = join(directory, indexName);
    index = await open(`${indexFile}.partial`, 'w');
    for (; reports < count && !context.interrupted.aborted; reports += 1) {
      const report = corpus.at(reports);
      await writeBody(join(directory, bodyName(report.index)), report.body);
      await index.write(`${JSON.stringify(indexEntry(report))}\n`);
      bytes += report.bodyBytes;
      bar.advance(1);
    }
    await rename(`${indexFile}.partial`, indexFile);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'EEXIST' || code === 'ENOTDIR')
      throw new CliError(`${directory} is not a directory`, 1, { cause: error });
    throw new CliError(`cannot write to ${directory}: ${code}`, 1, { cause: error });
  } finally {
    bar.stop();
    await index?.close();
  }
  return { directory, reports, bytes };
}

async function prepare(directory: string, force: boolean): Promise<void> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  if (names.length > 0 && !force) {
    throw new CliError(
      `${directory} is not empty; give another directory, or --force to replace the corpus in it`,
    );
  }
  // The index goes first: without it, the rest is not taken for a corpus.
  for (const name of names
    .filter((name) => ownFile.test(name))
    .toSorted()
    .toReversed())
    await rm(join(directory, name));
}

async function writeBody(file: string, body: readonly Buffer[]): Promise<void> {
  const handle = await open(`${file}.partial`, 'w');
  try {
    for (const chunk of body) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
  await rename(`${file}.partial`, file);
}
