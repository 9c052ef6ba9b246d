import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { errorMessage, isMissing, systemCode } from '#antenna/errors';
import type { CorpusReport, ExpectedCrash } from '#antenna/report-corpus';
import { CliError } from '../cli-error.js';

export const indexName = 'index.jsonl';

/** A line of the index: a report, with its body in a file beside the index. */
export interface IndexEntry {
  readonly index: number;
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunked: boolean;
  readonly file: string;
  readonly bytes: number;
  /** What must be stored if the report is accepted; `null` for malformed ones. */
  readonly expected: {
    readonly annotations: ExpectedCrash['annotations'];
    readonly dumps: readonly { name: string; bytes: number; sha256: string }[];
  } | null;
}

export function bodyName(index: number): string {
  return `${String(index).padStart(8, '0')}.body`;
}

export function indexEntry(report: CorpusReport): IndexEntry {
  const { index, kind, headers, chunked, bodyBytes, expected } = report;
  return {
    index,
    kind,
    headers,
    chunked,
    file: bodyName(index),
    bytes: bodyBytes,
    expected:
      expected === undefined
        ? null
        : {
            annotations: expected.annotations,
            dumps: expected.dumps.map(({ name, bytes, chunks }) => ({
              name,
              bytes,
              sha256: sha256(chunks),
            })),
          },
  };
}

/** @throws CliError when it cannot be read */
export async function* readIndex(directory: string): AsyncGenerator<IndexEntry> {
  const file = join(directory, indexName);
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line += 1;
      yield JSON.parse(text) as IndexEntry;
    }
  } catch (error) {
    if (isMissing(error)) {
      throw new CliError(
        `${directory} has no complete corpus: ${file} does not exist; antenna corpus write makes one`,
      );
    }
    if (systemCode(error) === 'ENOTDIR') throw new CliError(`${directory} is not a directory`);
    if (error instanceof SyntaxError)
      throw new CliError(`${file}:${line}: not JSON: ${errorMessage(error)}`);
    if (systemCode(error) !== undefined)
      throw new CliError(`cannot read ${file}: ${systemCode(error)}`);
    throw error;
  }
}

function sha256(chunks: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
