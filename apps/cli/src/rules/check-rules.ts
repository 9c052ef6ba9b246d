import { parseRuleset, type RulesetProblem } from '#antenna/throttle';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readText } from '../read-input.js';

/**
 * Validates a file as throttle-config does and prints every error and warning with its position.
 * @throws CliError when there are errors
 */
export async function checkRules(
  file: string,
  { json }: { readonly json?: true },
  context: CliContext,
): Promise<void> {
  const { ruleset, errors, warnings } = parseRuleset(await readText(file, context));
  const name = file === '-' ? 'stdin' : file;
  if (json === true) {
    const result = { valid: ruleset !== undefined, errors, warnings };
    await printLine(context.stdout, JSON.stringify(result, null, 2));
  } else {
    const lines = [
      ...errors.map((problem) => lineOf(name, 'error', problem)),
      ...warnings.map((problem) => lineOf(name, 'warning', problem)),
    ];
    await print(context.stdout, lines.join(''));
  }
  if (ruleset === undefined) throw new CliError(`${name} has ${countOf(errors.length, 'error')}`);
  const remarks = warnings.length === 0 ? '' : `, ${countOf(warnings.length, 'warning')}`;
  await printLine(
    context.stderr,
    `${name} is valid: ${countOf(ruleset.ruleNames.length, 'rule')}${remarks}`,
  );
}

/** In the format of compilers, which editors understand. */
function lineOf(
  file: string,
  severity: 'error' | 'warning',
  { line, column, rule, message, hint }: RulesetProblem,
): string {
  const where = rule === undefined ? '' : `rule ${rule}: `;
  const help = hint === undefined ? '' : ` (${hint})`;
  return `${file}:${line}:${column}: ${severity}: ${where}${message}${help}\n`;
}

function countOf(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
