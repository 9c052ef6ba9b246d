import { readFileSync } from 'node:fs';

/** The ruleset for Mozilla's products (YAML), which services use as long as they have no other. */
export const mozillaRuleset = readFileSync(
  new URL(import.meta.resolve('#throttle-rules/mozilla.yaml')),
  'utf8',
);
