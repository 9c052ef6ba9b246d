/*
 * A workaround for a bug in V8's JSON.parse (found in Node 20, 24 and 26): a key with an escape sequence can
 * be returned as a different key, which an earlier text had at the same place. After {"a":1,"\\":2} the text
 * {"a":[],"\n":2} gives the keys "a" and "\". Reports are untrusted, so one report could rename annotations
 * of the next. String values are not affected, so texts with such keys are parsed with their keys as values.
 */
import { endOfString, isWhiteSpace } from './json-scan.js';
import type { JsonValue } from './json-value.js';

/** An object in the rewritten text: one pair for each member; an empty object has `[[]]`. */
interface Members {
  readonly members: readonly (readonly [string, JsonValue] | readonly [])[];
}

/**
 * Writes every object `{"a":1,"b":2}` as `{"members":[["a",1],["b",2]]}`.
 * @param text valid JSON; for invalid JSON the result can be valid
 */
export function keysAsValues(text: string): string {
  let rewritten = '';
  let copied = 0;
  const openers: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (isWhiteSpace(text.charCodeAt(at))) continue;
    const char = text.charAt(at);
    if (char === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (char === '}' || char === ']') openers.pop();
    else if (char === '{' || char === '[') openers.push(char);
    const replacement = replacementOf(char, openers.at(-1));
    if (replacement !== undefined) {
      rewritten += text.slice(copied, at) + replacement;
      copied = at + 1;
    }
  }
  return rewritten + text.slice(copied);
}

/** The original object of a rewritten one; the last of equal keys wins. */
export function fromMembers(value: { [key: string]: JsonValue }): JsonValue {
  const { members } = value as unknown as Members;
  return Object.fromEntries(members.filter((member) => member.length === 2));
}

function replacementOf(char: string, opener: string | undefined): string | undefined {
  switch (char) {
    case '{':
      return '{"members":[[';
    case '}':
      return ']]}';
    case ':':
      return ',';
    case ',':
      return opener === '{' ? '],[' : undefined;
    default:
      return undefined;
  }
}
