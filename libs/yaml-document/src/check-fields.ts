import { suggest } from '#antenna/nearest-word';
import type { DocumentPath, Findings } from './findings.js';

export type Fields = Readonly<Record<string, unknown>>;

/** The value as an object; otherwise adds an error. */
export function asFields(
  value: unknown,
  path: DocumentPath,
  what: string,
  findings: Findings,
): Fields | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  findings.error(path, `${what} must contain keys and values, but is ${describe(value)}`, {
    hint: 'write key: value, one on each line',
  });
  return undefined;
}

/** Adds an error for each unknown key, usually a misspelt one, and for each missing key. */
export function checkKeys(
  fields: Fields,
  path: DocumentPath,
  keys: { required: readonly string[]; optional: readonly string[] },
  findings: Findings,
): void {
  const known = [...keys.required, ...keys.optional];
  for (const key of Object.keys(fields))
    if (!known.includes(key)) findings.unknownKey(path, key, suggest(key, known));

  for (const key of keys.required) {
    if (!Object.hasOwn(fields, key))
      findings.error(path, `${key} is missing`, { hint: `add ${key}: …` });
  }
}

/** The string under a key. A missing key is no error here; see `checkKeys`. */
export function stringField(
  fields: Fields,
  key: string,
  path: DocumentPath,
  findings: Findings,
): string | undefined {
  if (!Object.hasOwn(fields, key)) return undefined;
  const value = fields[key];
  if (typeof value === 'string') return value;
  findings.error([...path, key], `${key} must be a string, but is ${describe(value)}`, {
    hint: isPlain(value) ? `put it in quotes: "${value}"` : 'write a string',
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
  const text = stringField(fields, key, path, findings);
  const word = words.find((candidate) => candidate === text);
  if (text !== undefined && word === undefined) {
    findings.error([...path, key], `${key} must not be ${shorten(text)}`, {
      hint: suggest(text, words),
    });
  }
  return word;
}

/** Describes the kind of a value in an error message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a set of keys';
  if (typeof value === 'string') return 'a string';
  return isPlain(value) ? `the ${typeof value} ${value}` : `a ${typeof value}`;
}

function isPlain(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

/** Quotes a string in a message, shortened. */
export function shorten(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
