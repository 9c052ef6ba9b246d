import { readFileSync } from 'node:fs';

/** The ruleset for Mozilla's products (YAML), which services use until they receive another one. */
export const mozillaRuleset = readFileSync(
  new URL(import.meta.resolve('#throttle-rules/mozilla.yaml')),
  'utf8',
);
