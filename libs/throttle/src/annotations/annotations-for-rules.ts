import type { JsonValue } from '#antenna/crash-report';
import { pythonStr } from './python-str.js';

/**
 * The annotations as rules see them: every value a text. Texts stay as they are; everything else becomes
 * what Python's `str` makes of it. An object is therefore not JSON any more: `json()` gives null for it.
 */
export function annotationsForRules(
  annotations: ReadonlyMap<string, JsonValue>,
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, value] of annotations) texts.set(name, pythonStr(value));
  return texts;
}
