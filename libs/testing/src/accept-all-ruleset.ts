import { readFileSync } from 'node:fs';

/** The ruleset that accepts every report (YAML), as the chart ships it. */
export const acceptAllRuleset = readFileSync(
  new URL(import.meta.resolve('#throttle-rules/accept-all.yaml')),
  'utf8',
);
