/**
 * Reads a part of a processed crash. What is damaged, thus of another type than expected, is read as null or empty.
 * @param isWhole whether the reader may see protected parts
 */
export type Read<Value> = (value: unknown, isWhole: boolean) => Value;

type Fields = Readonly<Record<string, Read<unknown>>>;
type RecordOf<Named extends Fields> = { readonly [Name in keyof Named]: ReturnType<Named[Name]> };

export const text: Read<string | null> = (value) => (typeof value === 'string' ? value : null);

export const number: Read<number | null> = (value) => (typeof value === 'number' ? value : null);

export const flag: Read<boolean> = (value) => value === true;

/** Null for those who may not see protected parts. */
export function hidden<Value>(read: Read<Value>): Read<Value | null> {
  return (value, isWhole) => (isWhole ? read(value, isWhole) : null);
}

export function list<Value>(read: Read<Value>): Read<readonly Value[]> {
  return (value, isWhole) => (Array.isArray(value) ? value.map((one) => read(one, isWhole)) : []);
}

/** Has these fields and no others. */
export function record<Named extends Fields>(fields: Named): Read<RecordOf<Named>> {
  const entries = Object.entries(fields);
  return (value, isWhole) =>
    Object.fromEntries(
      entries.map(([name, read]) => [name, read(memberOf(value, name), isWhole)]),
    ) as RecordOf<Named>;
}

/** Like {@link record}, but null where there is none. */
export function optional<Value>(read: Read<Value>): Read<Value | null> {
  return (value, isWhole) =>
    typeof value === 'object' && value !== null ? read(value, isWhole) : null;
}

/** The members that are strings. */
export const texts: Read<Readonly<Record<string, string>>> = (value) =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
