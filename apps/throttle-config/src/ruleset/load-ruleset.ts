import { readFile } from 'node:fs/promises';

import { StartupError } from '#antenna/service';
import { errorMessage } from '#antenna/telemetry';
import {
  canonicalRuleset,
  describeProblem,
  mozillaRuleset,
  parseRuleset,
  rulesetRevision,
} from '#antenna/throttle';

/** A valid ruleset in the form in which it is handed out. */
export interface PublishedRuleset {
  /** Where it came from, for the log. */
  readonly source: string;
  readonly revision: string;
  /** Canonical JSON. */
  readonly json: string;
  readonly ruleCount: number;
  /** What its author should look at, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads and validates the ruleset of a file, or the bundled one.
 *
 * @throws {StartupError} when the file cannot be read, or with a line for each thing that is wrong in it.
 */
export async function loadRuleset(file: string | undefined): Promise<PublishedRuleset> {
  const source = file ?? 'the bundled Mozilla ruleset';
  const text = file === undefined ? mozillaRuleset : await readRules(file);
  const { ruleset, errors, warnings } = parseRuleset(text);
  if (!ruleset) {
    const lines = errors.map((problem) => `  ${source}:${describeProblem(problem)}`);
    throw new StartupError(['the throttle rules are not valid:', ...lines].join('\n'));
  }
  return {
    source,
    revision: rulesetRevision(ruleset),
    json: canonicalRuleset(ruleset),
    ruleCount: ruleset.rules.length,
    warnings: warnings.map((problem) => `${source}:${describeProblem(problem)}`),
  };
}

async function readRules(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new StartupError(
      `cannot read the throttle rules: ${errorMessage(error)}; set RULES_FILE to a file that is there, or unset it`,
      { cause: error },
    );
  }
}
