import type { Annotations } from './json-value.js';
import { endOfString, type JsonLimits } from './json-scan.js';

const [quote, colon, comma, openBrace, closeBrace] = [0x22, 0x3a, 0x2c, 0x7b, 0x7d];
/** Above what clients of one collector send. */
const maxNames = 2000;
const maxNameLength = 100;
const names = new Map<string, string>();

/** JSON allows none in strings, and this form has none between them. */
const controlCharacter = /[^ -\uffff]/;

export interface StringMembers {
  readonly strings: Annotations;
  /** The members that are written in JSON as they are: without an escape, in name and value. */
  readonly verbatim: Set<string>;
  /** Members in the text, the repeated ones included. */
  readonly members: number;
  /** Characters of the values that had escapes, which have memory of their own beside that of the text. */
  readonly copied: number;
}

/**
 * Reads a JSON object without white space whose values are all strings and whose keys have no escapes, which is what
 * Firefox sends. Takes half the time of `parseJsonMembers`, and shows which strings need no escapes to be written again.
 *
 * The strings share the memory of the text: copy one to keep it longer.
 * @returns undefined for any other text, valid or not, and beyond the limits
 */
export function stringMembers(text: string, limits: JsonLimits): StringMembers | undefined {
  if (text.charCodeAt(0) !== openBrace || limits.maxDepth < 1 || controlCharacter.test(text))
    return undefined;
  const strings: Annotations = new Map();
  const verbatim = new Set<string>();
  const maxMembers = (limits.maxValues ?? Number.POSITIVE_INFINITY) - 1;
  let escape = nextEscape(text, 0);
  let at = 1;
  let copied = 0;
  for (let members = 1; members <= maxMembers; members += 1) {
    const nameEnd = text.indexOf('"', at + 1);
    const isMember =
      text.charCodeAt(at) === quote &&
      text.charCodeAt(nameEnd + 1) === colon &&
      text.charCodeAt(nameEnd + 2) === quote;
    const end = endOfString(text, nameEnd + 2);
    if (nameEnd === -1 || !isMember || escape < nameEnd || end === text.length) return undefined;
    const name = frequent(text.slice(at + 1, nameEnd));
    if (escape > end) {
      strings.set(name, text.slice(nameEnd + 3, end));
      verbatim.add(name);
    } else {
      const value = unescaped(text.slice(nameEnd + 2, end + 1));
      if (value === undefined) return undefined;
      strings.set(name, value);
      verbatim.delete(name);
      copied += value.length;
      escape = nextEscape(text, end);
    }
    at = end + 2;
    const separator = text.charCodeAt(end + 1);
    if (separator === closeBrace && at === text.length)
      return { strings, verbatim, members, copied };
    if (separator !== comma) return undefined;
  }
  return undefined;
}

/** One copy of a name that many reports have: sorting strings that share the memory of a text takes four times as long. */
function frequent(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size >= maxNames || name.length > maxNameLength) return name;
  const copy = Buffer.from(name).toString();
  names.set(copy, copy);
  return copy;
}

function nextEscape(text: string, from: number): number {
  const at = text.indexOf('\\', from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** Undefined when an escape is invalid. */
function unescaped(literal: string): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
