/** A JSON number kept as the client wrote it: what `JSON.rawJSON` returns (ECMA-262, "JSON.rawJSON"). */
export interface RawJson {
  readonly rawJSON: string;
}

/** Any JSON value. Numbers are `RawJson` where a double would change their text: `1.0`, `2e3`, 2^64. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue }
  | RawJson;

/** Name to value. A map and not an object: a client may call an annotation `__proto__` or `1`. */
export type Annotations = Map<string, JsonValue>;

/** The part of `JSON` that TypeScript's libraries do not declare yet (Node 22 and later have it). */
const json = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): boolean;
};

/** Keeps the text of one JSON number. */
export function rawJsonNumber(source: string): RawJson {
  return json.rawJSON(source);
}

/** True for a number kept as text; an object that a client sends with the key `rawJSON` is none. */
export function isRawJson(value: JsonValue): value is RawJson {
  return json.isRawJSON(value);
}

/** True for a JSON object: not null, not an array, not a number kept as text. */
export function isJsonObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}
