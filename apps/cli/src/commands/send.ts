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
  $ npm run -s antenna -- send
  $ npm run -s antenna -- send --annotation ReleaseChannel=release --gzip
  $ npm run -s antenna -- send --extra annotations.json --dump upload_file_minidump=crash.dmp
  $ npm run -s antenna -- send --count 1000 --concurrency 16 --size 600KiB

Without --extra and --dump the report is a sample: what a Firefox nightly would send.
The exit code is 1 when a report was not answered, or answered with 4xx or 5xx.`;

/** `antenna send`: crash reports, real or invented, to a running collector. */
export function addSendCommand(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('Send crash reports to a collector and print what it answers.')
    .option(
      '--url <url>',
      'where to send them',
      parseHttpUrl,
      new URL('http://127.0.0.1:8000/submit'),
    )
    .option('--annotation <name=value>', 'set an annotation (repeatable)', collectPairs)
    .option('--extra <file>', 'take the annotations from a JSON file instead of the sample')
    .option('--dump <name=file>', 'send this file as a dump (repeatable)', collectPairs)
    .addOption(
      new Option('--size <bytes>', "size of the sample's minidump, such as 25MiB; 0 for none")
        .argParser(parseByteSize)
        .default(600 * 1024, '600KiB'),
    )
    .option('--gzip', 'compress the report')
    .option('--count <number>', 'how many reports', upTo(100_000_000), 1)
    .option('--concurrency <number>', 'how many at the same time', upTo(1000), 4)
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
    throw new CliError(`${display.failed} of ${count} reports were refused or not answered`);
}
