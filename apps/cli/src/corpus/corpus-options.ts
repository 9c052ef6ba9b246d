import { defaultSizes, reportCorpus, type ReportCorpus } from '#antenna/report-corpus';
import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { dayOf, startOfDay } from '../days.js';
import { between, collectStrings, parseByteSize, parseDay, upTo } from '../option-values.js';

/** Which reports. */
export interface CorpusChoice {
  readonly seed: number;
  readonly day?: string;
  readonly mean: number;
  readonly p95: number;
  readonly max: number;
  readonly malformed: number;
  readonly order: 'mix' | 'in-turn';
  readonly kind?: readonly string[];
}

export function addCorpusOptions(command: Command): Command {
  const { meanBytes, p95Bytes, maxBytes } = defaultSizes;
  return command
    .option('--seed <number>', 'the same seed gives the same reports', upTo(4_294_967_295), 1)
    .option('--day <yyyymmdd>', 'day of the crashes (default: today, UTC)', parseDay)
    .addOption(size('--mean <bytes>', 'mean size of a body as sent', meanBytes, '600KB'))
    .addOption(size('--p95 <bytes>', 'size that 95 % of the bodies are below', p95Bytes, '1.5MB'))
    .addOption(size('--max <bytes>', 'size of the largest body', maxBytes, '26MB'))
    .option('--malformed <share>', 'share of malformed reports', between(0, 1), 0.01)
    .addOption(
      new Option('--order <order>', 'each kind as often as in production, or all kinds in turn')
        .choices(['mix', 'in-turn'])
        .default('mix'),
    )
    .option(
      '--kind <name>',
      "kind of report, such as fenix or 'rule:*', of those that corpus inspect lists (repeatable)",
      collectStrings,
    );
}

/** Crashes happen at the start of the day, so that none is in the future. */
export function corpusOf(choice: CorpusChoice, context: CliContext): ReportCorpus {
  return reportCorpus({
    seed: choice.seed,
    now: startOfDay(choice.day ?? dayOf(context.now())),
    sizes: { meanBytes: choice.mean, p95Bytes: choice.p95, maxBytes: choice.max },
    malformed: choice.malformed,
    order: choice.order,
    ...(choice.kind && { kinds: choice.kind }),
  });
}

function size(flags: string, description: string, value: number, text: string): Option {
  return new Option(flags, description).argParser(parseByteSize).default(value, text);
}
