import { suggest } from './nearest-word.js';
import type { DocumentPath, Findings } from './ruleset-problem.js';

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object, or an error that says what was expected. */
export function asFields(
  value: unknown,
  path: DocumentPath,
  what: string,
  findings: Findings,
): Fields | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  findings.error(path, `${what} must hold keys and values, but is ${describe(value)}`, {
    hint: 'write key: value, each on a line of its own',
  });
  return undefined;
}

/** Refuses unknown keys, which are mostly misspelt known ones, and tells of missing ones. */
export function checkKeys(
  fields: Fields,
  path: DocumentPath,
  keys: { required: readonly string[]; optional: readonly string[] },
  findings: Findings,
): void {
  const known = [...keys.required, ...keys.optional];
  for (const key of Object.keys(fields)) {
    if (!known.includes(key)) {
      const hint = suggest(key, known);
      findings.error([...path, key], `unknown key ${key}`, { at: 'key', hint });
    }
  }
  for (const key of keys.required) {
    if (!Object.hasOwn(fields, key))
      findings.error(path, `${key} is missing`, { hint: `add ${key}: …` });
  }
}

/** The text under a key. A missing key is no error here; see `checkKeys`. */
export function textField(
  fields: Fields,
  key: string,
  path: DocumentPath,
  findings: Findings,
): string | undefined {
  if (!Object.hasOwn(fields, key)) return undefined;
  const value = fields[key];
  if (typeof value === 'string') return value;
  findings.error([...path, key], `${key} must be a text, but is ${describe(value)}`, {
    hint: isPlain(value) ? `put it in quotes: "${value}"` : 'write a text',
  });
  return undefined;
}

/** One of a few words under a key. */
export function wordField<Word extends string>(
  fields: Fields,
  key: string,
  words: readonly Word[],
  path: DocumentPath,
  findings: Findings,
): Word | undefined {
  const text = textField(fields, key, path, findings);
  const word = words.find((candidate) => candidate === text);
  if (text !== undefined && word === undefined) {
    findings.error([...path, key], `${key} cannot be ${shorten(text)}`, {
      hint: suggest(text, words),
    });
  }
  return word;
}

/** Names a value's kind for an error message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a set of keys';
  if (typeof value === 'string') return 'a text';
  return isPlain(value) ? `the ${typeof value} ${value}` : `a ${typeof value}`;
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** A text short enough to be quoted in a message. */
export function shorten(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
