import { type Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readIndex } from '../corpus/corpus-index.js';
import { addCorpusOptions, type CorpusChoice, corpusOf } from '../corpus/corpus-options.js';
import { CorpusSummary, formatMix } from '../corpus/corpus-summary.js';
import { writeCorpus } from '../corpus/write-corpus.js';
import { formatBytes } from '../human-units.js';
import { upTo } from '../option-values.js';

interface Options extends CorpusChoice {
  readonly count: number;
  readonly force?: true;
  readonly json?: true;
}

const writeHelp = `
Examples:
  $ antenna corpus write reports --count 1000
  $ antenna corpus write small --count 200 --mean 20KB --p95 50KB --seed 7 --day 20261120
  $ antenna corpus write rules --count 100 --order in-turn --kind 'rule:*'

Each body is a file; index.jsonl has a line for each report: its kind, headers, file, and what a collector must store. Files
are complete or absent, and the index is written last. --force replaces a corpus and leaves other files alone.`;

const inspectHelp = `
Examples:
  $ antenna corpus inspect
  $ antenna corpus inspect --count 100000 --seed 7 --json
  $ antenna corpus inspect reports

With a directory, the options that choose reports are ignored.`;

/** `antenna corpus`: made-up reports that resemble those of production. */
export function addCorpusCommand(program: Command, context: CliContext): void {
  const corpus = program
    .command('corpus')
    .description('Make crash reports that resemble those of production, from a seed.');

  addCorpusOptions(
    corpus
      .command('write')
      .argument('<directory>', 'a new or empty directory')
      .description('Write reports to files.')
      .option('--count <number>', 'number of reports', upTo(10_000_000), 100),
  )
    .option('--force', 'replace the corpus in the directory')
    .option('--json', 'print one JSON document')
    .addHelpText('after', writeHelp)
    .action((directory: string, options: Options) => write(directory, options, context));

  addCorpusOptions(
    corpus
      .command('inspect')
      .argument('[directory]', 'written by antenna corpus write')
      .description('Show the mix: kinds, encodings, sizes, and what the bundled rules decide.')
      .option('--count <number>', 'number of reports', upTo(1_000_000), 10_000),
  )
    .option('--json', 'print one JSON document')
    .addHelpText('after', inspectHelp)
    .action((directory: string | undefined, options: Options) =>
      inspect(directory, options, context),
    );
}

async function write(directory: string, options: Options, context: CliContext): Promise<void> {
  const { count, force, json } = options;
  const written = await writeCorpus(
    corpusOf(options, context),
    { directory, count, force: force === true },
    context,
  );
  const { reports, bytes } = written;
  const line = json
    ? JSON.stringify(written)
    : `${reports} reports, ${formatBytes(bytes)}, written to ${directory}`;
  await printLine(context.stdout, line);
  if (reports < count) {
    throw new CliError(
      `interrupted after ${reports} of ${count} reports; the index lists those that are complete`,
      130,
    );
  }
}

async function inspect(
  directory: string | undefined,
  options: Options,
  context: CliContext,
): Promise<void> {
  const summary = new CorpusSummary(context);
  if (directory === undefined) {
    const corpus = corpusOf(options, context);
    for (let index = 0; index < options.count && !context.interrupted.aborted; index += 1) {
      const { bodyBytes: bytes, ...report } = corpus.at(index);
      summary.add({ ...report, bytes });
    }
  } else {
    for await (const entry of readIndex(directory)) summary.add(entry);
  }
  const mix = summary.result();
  await (options.json
    ? printLine(context.stdout, JSON.stringify(mix))
    : print(context.stdout, formatMix(mix)));
}
