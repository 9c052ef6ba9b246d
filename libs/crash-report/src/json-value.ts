/** A JSON number in the client's notation: the result of `JSON.rawJSON` (ECMA-262, "JSON.rawJSON"). */
interface RawJson {
  readonly rawJSON: string;
}

/** Any JSON value. A number is `RawJson` when a double would change its notation: `1.0`, `2e3`, 2^64. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue }
  | RawJson;

/** Name to value. A map and not an object, since a client can name an annotation `__proto__` or `1`. */
export type Annotations = Map<string, JsonValue>;

/** The functions of `JSON` that TypeScript does not declare yet; Node 22 and later have them. */
const json = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): boolean;
};

/** Keeps a JSON number in its source notation. */
export function rawJsonNumber(source: string): RawJson {
  return json.rawJSON(source);
}

/** True for a `RawJson`; false for an object of a client with the key `rawJSON`. */
export function isRawJson(value: JsonValue): value is RawJson {
  return json.isRawJSON(value);
}

/** True for a JSON object: not null, an array or a `RawJson`. */
export function isJsonObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJson(value);
}
