import { isJsonObject, type JsonValue, sortedJson } from '#antenna/crash-report';

/** The annotations of these names, as strings: what the client sent as JSON is JSON. */
export function annotationsOf<Name extends string>(
  rawCrash: JsonValue,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = isJsonObject(rawCrash) ? own(rawCrash, name) : undefined;
    if (value !== undefined) found[name] = stringOf(value);
  }
  return found;
}

export function stringOf(value: JsonValue): string {
  return typeof value === 'string' ? value : sortedJson(value);
}

/** A member of a member of the raw crash, by names. */
export function memberAt(rawCrash: JsonValue, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = rawCrash;
  for (const name of path)
    value = value !== undefined && isJsonObject(value) ? own(value, name) : undefined;
  return value;
}

function own(value: { [key: string]: JsonValue }, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
