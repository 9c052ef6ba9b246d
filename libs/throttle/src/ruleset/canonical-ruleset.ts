import { createHash } from 'node:crypto';
import type { RulesetDocument } from '../document/ruleset-document.js';

/** The document as JSON in one fixed spelling: keys sorted at every level, no blanks. */
export function canonicalRuleset(document: RulesetDocument): string {
  return JSON.stringify(document, (_key, value: unknown) =>
    isPlainObject(value)
      ? Object.fromEntries(
          Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
        )
      : value,
  );
}

/** Names the content of a ruleset: the first 16 hex digits of its canonical JSON's SHA-256. */
export function rulesetRevision(document: RulesetDocument): string {
  return createHash('sha256').update(canonicalRuleset(document)).digest('hex').slice(0, 16);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
