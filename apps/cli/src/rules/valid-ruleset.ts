import { describeProblem, type Ruleset } from '#antenna/throttle';
import { type CliContext, print } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { nameOf, readRuleset, type RulesSource } from './ruleset-text.js';

/**
 * Rules that can be used.
 * @throws CliError after a line on stderr for each error in them
 */
export async function validRuleset(source: RulesSource, context: CliContext): Promise<Ruleset> {
  const { ruleset, errors } = await readRuleset(source, context);
  if (ruleset === undefined) {
    const name = nameOf(source);
    const lines = errors.map((problem) => `${name}:${describeProblem(problem)}\n`);
    await print(context.stderr, lines.join(''));
    throw new CliError(`the rules of ${name} are not valid`);
  }
  return ruleset;
}
