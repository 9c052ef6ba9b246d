import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addCorpusOptions } from '../corpus/corpus-options.js';
import { openShapes } from '../load/arrivals.js';
import type { ReportOptions } from '../report/deliver-report.js';
import { loadCollector } from '../load/load-collector.js';
import type { LoadOptions } from '../load/load-options.js';
import { reportLogs } from '../load/logs/report-logs.js';
import { between, durationOption, parseHttpUrl, upTo } from '../option-values.js';

const examples = `
Examples:
  $ antenna load
  $ antenna load --shape hose --connections 20 --duration 30s
  $ antenna load --shape spike --rate 30 --duration 10m --html spike.html
  $ antenna load --shape wave --day-length 10m --duration 30m --expect-stored data
  $ antenna load report ingest.log crashmover.log.gz

Shapes: hose sends as fast as the connections allow. For the others, reports are due at a rate whether or not earlier ones
are answered, and latency counts from the due time: soak is constant; steps rises to --rate in equal steps; wave is a day,
from night to day and back; spike rises to --factor times the rate after a quarter of the time, and falls at three quarters.

Progress goes to stderr: a line on a terminal, else a JSON line for each second. The exit code is 1 for 5xx, 4xx
for a well-formed report, an answer that is not understood, no answer, or a failed check, and 130 after Ctrl-C.`;

const logExamples = `
Examples:
  $ antenna load report ingest.log crashmover.log.gz --html logs.html
  $ kubectl logs -l app.kubernetes.io/instance=antenna --prefix --tail=-1 | antenna load report -

The time until a crash is stored is from its acknowledgement, by the clocks of the two services. Lines that are not JSON are
counted.`;

/** `antenna load`: load that looks like production's, on a collector that the user owns. */
export function addLoadCommand(program: Command, context: CliContext): void {
  const load = addCorpusOptions(
    program
      .command('load')
      .description('Send many crash reports to your collector, and report how it coped.')
      .option(
        '--url <url>',
        'address of the collector',
        parseHttpUrl,
        new URL('http://127.0.0.1:8000/submit'),
      )
      .option('--yes-this-is-mine', 'load a host that is not this machine')
      .addOption(
        new Option('--shape <shape>', 'how the rate changes')
          .choices(['hose', ...openShapes])
          .default('soak'),
      )
      .option('--rate <number>', 'reports per second', between(0.01, 100_000), 10)
      .addOption(durationOption('--duration <time>', 'no report is sent later', '1m'))
      .option('--count <number>', 'maximum number of reports', upTo(100_000_000), 1_000_000)
      .option(
        '--connections <number>',
        'limit of reports in flight (default: 10 for hose, else 256)',
        upTo(10_000),
      )
      .option('--new-connections', 'a connection for each report'),
  )
    .addOption(
      new Option('--arrivals <kind>', 'gaps between due times')
        .choices(['poisson', 'even'])
        .default('poisson'),
    )
    .option('--steps <number>', 'steps: number of steps', upTo(1000), 5)
    .addOption(durationOption('--day-length <time>', 'wave: length of a day', '10m'))
    .option('--night <share>', 'wave: rate at night as a share of --rate', between(0, 1), 0.5)
    .option('--factor <number>', 'spike: its rate as a multiple of --rate', between(1, 1000), 1.5)
    .addOption(durationOption('--timeout <time>', 'limit for the answer to a report', '60s'))
    .option('--distinct <number>', 'number of different reports', upTo(1_000_000), 1000)
    .option(
      '--expect-stored <location>',
      'fail unless all acknowledged reports are stored as sent, and in a data directory published once: s3://bucket[/prefix] or a directory',
    )
    .option('--expect-published <url>', 'fail unless their ids are on this SQS queue, once')
    .option('--delete-published', 'delete their messages from it')
    .addOption(
      durationOption('--settle <time>', 'wait this long without a further stored report', '60s'),
    )
    .addOption(durationOption('--expect-p99 <time>', 'fail if the p99 latency is above it'))
    .option('--json', 'print the report as JSON')
    .option('--html <file>', 'write the report as a page with plots')
    .addHelpText('after', examples)
    .action((options: LoadOptions) => loadCollector(options, context));
  load
    .command('report')
    .description(
      "Report what the services' JSON log lines say about a load, when metrics were lost.",
    )
    .argument(
      '<logs...>',
      'files, also .gz, of ingest and crashmover in any order; - for standard input',
    )
    .option('--json', 'print the report as JSON')
    .option('--html <file>', 'write the report as a page with plots')
    .addHelpText('after', logExamples)
    .action((files: string[], options: ReportOptions) => reportLogs(files, options, context));
}
