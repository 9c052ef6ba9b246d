import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { collectPairs, parseByteSize, parseHttpUrl, upTo } from '../option-values.js';
import { outgoingReports } from '../send/outgoing-reports.js';
import { sendAll } from '../send/send-all.js';
import { SendDisplay } from '../send/send-display.js';

interface SendOptions {
  readonly url: URL;
  readonly annotation?: readonly [string, string][];
  readonly extra?: string;
  readonly dump?: readonly [string, string][];
  readonly size: number;
  readonly gzip?: true;
  readonly count: number;
  readonly concurrency: number;
  readonly json?: true;
}

const examples = `
Examples:
  $ antenna send
  $ antenna send --annotation ReleaseChannel=release --gzip
  $ antenna send --extra annotations.json --dump upload_file_minidump=crash.dmp
  $ antenna send --count 1000 --concurrency 16 --size 600KiB

Without --extra and --dump, the report is a sample that resembles one of a Firefox nightly.
The exit code is 1 when a report got no answer, or 4xx or 5xx.`;

/** `antenna send`: sends crash reports or samples to a running collector. */
export function addSendCommand(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('Send crash reports to a collector and print its answers.')
    .option(
      '--url <url>',
      'address of the collector',
      parseHttpUrl,
      new URL('http://127.0.0.1:8000/submit'),
    )
    .option('--annotation <name=value>', 'set an annotation (repeatable)', collectPairs)
    .option('--extra <file>', 'JSON file with the annotations, instead of the sample')
    .option('--dump <name=file>', 'file to send as a dump (repeatable)', collectPairs)
    .addOption(
      new Option('--size <bytes>', "size of the sample's minidump, such as 25MiB; 0 for none")
        .argParser(parseByteSize)
        .default(600 * 1024, '600KiB'),
    )
    .option('--gzip', 'compress the report')
    .option('--count <number>', 'number of reports', upTo(100_000_000), 1)
    .option('--concurrency <number>', 'number of reports in flight at the same time', upTo(1000), 4)
    .option('--json', 'print one JSON line for each report')
    .addHelpText('after', examples)
    .action((options: SendOptions) => send(options, context));
}

async function send(options: SendOptions, context: CliContext): Promise<void> {
  const { url, count, concurrency } = options;
  const reportAt = await outgoingReports({
    annotations: options.annotation ?? [],
    ...(options.extra !== undefined && { extraFile: options.extra }),
    dumpFiles: options.dump ?? [],
    dumpBytes: options.size,
    gzip: options.gzip === true,
    now: context.now(),
  });

  const display = new SendDisplay(context, { count, json: options.json === true });
  try {
    await sendAll({
      url,
      count,
      concurrency,
      reportAt,
      signal: context.interrupted,
      onSent: (sent) => display.add(sent),
    });
  } finally {
    display.stop();
  }
  await display.summarize();
  if (context.interrupted.aborted) throw new CliError('interrupted', 130);
  if (display.failed > 0)
    throw new CliError(`${display.failed} of ${count} reports were rejected or got no answer`);
}
