import { isRawJson, JsonError, type JsonValue, parseJson } from '#antenna/crash-report';

/** A JSON value in CEL's types: whole numbers are bigint (CEL int), the others number (CEL double). */
export type RuleJson =
  | null
  | boolean
  | string
  | number
  | bigint
  | RuleJson[]
  | { [key: string]: RuleJson };

/** Far above real TelemetryEnvironment values (8 levels). */
const maxDepth = 64;
const [comma, openBracket, openBrace] = [0x2c, 0x5b, 0x7b];
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** More than twice the size of large real values. */
const maxCharacters = 512 * 1024;
/** In nanoseconds. Numbers, and keys of objects with tens of thousands of keys, take longest. */
const stepsPerValue = 6_000;
const stepsPerCharacter = 25;

/**
 * Spends the maximum cost of parsing. Commas and brackets within strings count like those between values.
 * @param spend throws if the budget is exhausted
 */
export function spendOnJson(text: string, spend: (steps: number) => void): void {
  if (text.length > maxCharacters) return;
  spend(text.length * stepsPerCharacter);
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === comma || unit === openBracket || unit === openBrace) values += 1;
  }
  spend(values * stepsPerValue);
}

/** Parses an annotation for `json()`; null if it is not JSON, too deep or too long. */
export function parseJsonForRules(text: string): RuleJson {
  if (text.length > maxCharacters) return null;
  try {
    return toRuleJson(parseJson(text, { maxDepth }));
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

function toRuleJson(value: JsonValue): RuleJson {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return toRuleNumber(String(value));
  if (Array.isArray(value)) return value.map(toRuleJson);
  if (isRawJson(value)) return toRuleNumber(value.rawJSON);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toRuleJson(item)]));
}

/** Distinguishes int and float as Python does: `9600` is whole, `9600.0` and `96e2` are not. */
function toRuleNumber(source: string): bigint | number {
  // No int64 has more than 19 digits; converting a million digits would take quadratic time.
  if (source.length > 20 || !/^-?\d+$/.test(source)) return Number(source);
  const whole = BigInt(source);
  return whole >= int64.min && whole <= int64.max ? whole : Number(source);
}
