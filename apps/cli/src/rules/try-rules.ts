import type { RuleExplanation, RulesetDocument, RulesetExplanation } from '#antenna/throttle';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatTable } from '../human-units.js';
import { annotationsInFile } from './annotations-in-file.js';
import { outcomeInWords } from './outcome-words.js';
import type { RulesSource } from './ruleset-text.js';
import { validRuleset } from './valid-ruleset.js';

interface TryOptions {
  /** File with a JSON object. */
  readonly annotations: string;
  readonly json?: true;
}

/** Runs a report's annotations through rules and prints what each rule says, the verdict and why. */
export async function tryRules(
  source: RulesSource,
  options: TryOptions,
  context: CliContext,
): Promise<void> {
  if ('file' in source && source.file === '-' && options.annotations === '-')
    throw new CliError('only one of rules and annotations can come from standard input');
  const annotations = await annotationsInFile(options.annotations, context);
  const ruleset = await validRuleset(source, context);
  const { now, random, stdout } = context;
  const explanation = ruleset.explain(annotations, { now, random });
  if (options.json === true) {
    const { revision } = ruleset;
    await printLine(stdout, JSON.stringify({ revision, ...explanation }, null, 2));
    return;
  }
  await print(stdout, formatTable(rowsOf(explanation.rules), { right: [0] }));
  await printLine(stdout, `\n${verdictInWords(explanation, ruleset.document)}`);
}

function rowsOf(rules: readonly RuleExplanation[]): string[][] {
  const decided = rules.findIndex(({ decided }) => decided);
  return rules.map((rule, index) => [
    String(index + 1),
    rule.rule,
    rule.matched ? 'matches' : '-',
    decided >= 0 && index > decided ? notAsked(rule) : answerInWords(rule),
  ]);
}

function answerInWords(rule: RuleExplanation): string {
  const { outcome, sample, error, decided } = rule;
  if (error !== undefined) return `failed, so it does not match: ${error}`;
  const mark = decided ? '  <- decides' : '';
  return outcome === undefined ? whyNot(rule) : `${drawInWords(sample)}${outcome}${mark}`;
}

/** The first part of the condition that does not hold. */
function whyNot({ clauses }: RuleExplanation): string {
  const text = clauses.find(({ holds }) => holds === false)?.text.replaceAll(/\s+/g, ' ') ?? '';
  return text === '' ? '' : `not: ${text.length > 90 ? `${text.slice(0, 89)}…` : text}`;
}

/** Rules below the one that decides are tried all the same, which shows what another order would do. */
function notAsked({ matched }: RuleExplanation): string {
  return matched ? '(not asked: decided before)' : '';
}

function drawInWords(sample: RuleExplanation['sample']): string {
  if (sample === undefined) return '';
  const { draw, percent } = sample;
  const side = draw < percent ? 'within' : 'beyond';
  return `draws ${draw.toFixed(2)}, ${side} ${percent} %: `;
}

function verdictInWords(
  { verdict, rule, rules }: RulesetExplanation,
  document: RulesetDocument,
): string {
  const index = rules.findIndex(({ decided }) => decided);
  const deciding = document.rules[index];
  if (deciding === undefined) return `verdict: ${verdict} (${rule}: no rule decided)`;
  const why = deciding.description === undefined ? '' : ` — ${deciding.description}`;
  return `verdict: ${verdict}, by rule ${index + 1} ${rule}${why} (${outcomeInWords(deciding)})`;
}
