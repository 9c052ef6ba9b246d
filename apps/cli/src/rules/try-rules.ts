import type { RuleExplanation, RulesetDocument, RulesetExplanation } from '#antenna/throttle';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatTable } from '../human-units.js';
import { annotationsInFile } from './annotations-in-file.js';
import { describeOutcome } from './describe-outcome.js';
import { readRuleset, type RulesSource } from './read-ruleset.js';

interface TryOptions {
  /** File with a JSON object. */
  readonly annotations: string;
  readonly json?: true;
}

/** Applies rules to a report's annotations and prints the result of each rule, the verdict and its reason. */
export async function tryRules(
  source: RulesSource,
  options: TryOptions,
  context: CliContext,
): Promise<void> {
  if ('file' in source && source.file === '-' && options.annotations === '-')
    throw new CliError('rules and annotations cannot both come from standard input');
  const annotations = await annotationsInFile(options.annotations, context);
  const ruleset = await readRuleset(source, context);
  const { now, random, stdout } = context;
  const explanation = ruleset.explain(annotations, { now, random });
  if (options.json === true) {
    const { revision } = ruleset;
    await printLine(stdout, JSON.stringify({ revision, ...explanation }, null, 2));
    return;
  }
  await print(stdout, formatTable(rowsOf(explanation.rules), { right: [0] }));
  await printLine(stdout, `\n${describeVerdict(explanation, ruleset.document)}`);
}

function rowsOf(rules: readonly RuleExplanation[]): string[][] {
  const decided = rules.findIndex(({ decided }) => decided);
  return rules.map((rule, index) => [
    String(index + 1),
    rule.rule,
    rule.matched ? 'matches' : '-',
    decided >= 0 && index > decided ? describeSkipped(rule) : describeAnswer(rule),
  ]);
}

function describeAnswer(rule: RuleExplanation): string {
  const { outcome, sample, error, decided } = rule;
  if (error !== undefined) return `failed, so it does not match: ${error}`;
  const mark = decided ? '  <- decides' : '';
  return outcome === undefined ? whyNot(rule) : `${describeDraw(sample)}${outcome}${mark}`;
}

/** The first part of the condition that does not hold. */
function whyNot({ clauses }: RuleExplanation): string {
  const text = clauses.find(({ holds }) => holds === false)?.text.replaceAll(/\s+/g, ' ') ?? '';
  return text === '' ? '' : `not: ${text.length > 90 ? `${text.slice(0, 89)}…` : text}`;
}

/** Rules after the one that decides are evaluated too, which shows the effect of another order. */
function describeSkipped({ matched }: RuleExplanation): string {
  return matched ? '(not evaluated: decided before)' : '';
}

function describeDraw(sample: RuleExplanation['sample']): string {
  if (sample === undefined) return '';
  const { draw, percent } = sample;
  const side = draw < percent ? 'within' : 'beyond';
  return `draws ${draw.toFixed(2)}, ${side} ${percent} %: `;
}

function describeVerdict(
  { verdict, rule, rules, stopSendingFor }: RulesetExplanation,
  document: RulesetDocument,
): string {
  const index = rules.findIndex(({ decided }) => decided);
  const deciding = document.rules[index];
  if (deciding === undefined) return `verdict: ${verdict} (${rule}: no rule decided)`;
  const why = deciding.description === undefined ? '' : ` — ${deciding.description}`;
  const stop =
    stopSendingFor === undefined
      ? ''
      : `\nthe client is told to send no more reports of version ${stopSendingFor}`;
  return `verdict: ${verdict}, by rule ${index + 1} ${rule}${why} (${describeOutcome(deciding)})${stop}`;
}
