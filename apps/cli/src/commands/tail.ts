import { type Command, InvalidArgumentError } from 'commander';
import { type CliContext, printLine } from '../cli-context.js';
import { collectStrings } from '../option-values.js';
import { eventLine } from '../tail/event-line.js';
import { type FollowedLog, followedLines } from '../tail/followed-lines.js';
import { KnownProducts } from '../tail/known-products.js';
import { reportEvent, type ReportEventKind, reportEventKinds } from '../tail/report-event.js';

interface TailOptions extends FollowedLog {
  readonly product?: readonly string[];
  readonly outcome?: readonly ReportEventKind[];
  readonly json?: true;
}

const help = `
Examples:
  $ antenna tail
  $ antenna tail --product MyGame --outcome rejected --outcome malformed
  $ antenna tail --log ingest.log
  $ kubectl logs -f -l app.kubernetes.io/name=antenna | antenna tail --log -

Without --log, it follows the collector that npm start runs on the data directory. Outcomes: ${reportEventKinds.join(', ')}.`;

/** `antenna tail`: what happens to reports, as it happens. */
export function addTailCommand(program: Command, context: CliContext): void {
  program
    .command('tail')
    .description(
      'Follow reports as they are accepted, rejected, stored and published, one line each.',
    )
    .option(
      '--log <file>',
      'follow the JSON log of services, also across rotations; - is standard input',
    )
    .option('--data-dir <path>', 'data directory of the collector', context.dataDirectory)
    .option('--product <name>', 'only reports of this product (repeatable)', collectStrings)
    .option('--outcome <name>', 'only this outcome or step (repeatable)', collectOutcomes)
    .option('--json', 'print one JSON object per line')
    .addHelpText('after', help)
    .action((options: TailOptions) => tail(options, context));
}

async function tail(options: TailOptions, context: CliContext): Promise<void> {
  const { product, outcome, json } = options;
  const products = new KnownProducts();
  for await (const line of followedLines(options, context)) {
    const logged = reportEvent(line);
    if (!logged) continue;
    const event = products.complete(logged);
    if (product && !product.includes(event.product ?? '')) continue;
    if (outcome && !outcome.includes(event.event)) continue;
    await printLine(context.stdout, json === true ? JSON.stringify(event) : eventLine(event));
  }
}

function collectOutcomes(
  text: string,
  before: readonly ReportEventKind[] = [],
): readonly ReportEventKind[] {
  const kind = reportEventKinds.find((known) => known === text);
  if (kind === undefined)
    throw new InvalidArgumentError(`Must be one of ${reportEventKinds.join(', ')}.`);
  return [...before, kind];
}
