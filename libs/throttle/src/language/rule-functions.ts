/** What an author may call, with how it is written: shown in hints and in the documentation. */
export interface RuleFunction {
  readonly name: string;
  /** How it is called, for hints. */
  readonly usage: string;
  readonly description: string;
}

const functions = {
  get: [
    'get("Name") or get("Name", "default")',
    'an annotation; "" or the default when it is missing',
  ],
  has: ['has(annotations.Name)', 'whether the report has the annotation'],
  json: ['json(get("Name"))', 'the parsed JSON of a text; null when it does not parse'],
  buildAgeDays: [
    'buildAgeDays(get("BuildID"))',
    'days since a build id’s date; -1 for other texts',
  ],
  lower: ['lower(get("Name"))', 'the text in lower case'],
  size: ['size(get("Name"))', 'the number of characters, or of entries of a list'],
  int: ['int(get("Name"))', 'a whole number from a text; fails when it is none'],
  double: ['double(get("Name"))', 'a number from a text; fails when it is none'],
  string: ['string(5)', 'a value as text'],
  type: ['type(value) == int', 'the type of a value'],
} satisfies Record<string, [usage: string, description: string]>;

const methods = {
  startsWith: ['get("Name").startsWith("text")', 'whether it begins with the text'],
  endsWith: ['get("Name").endsWith("text")', 'whether it ends with the text'],
  contains: ['get("Name").contains("text")', 'whether the text occurs in it'],
  matches: [
    'get("Name").matches("^5[2-9]\\\\.")',
    'whether the regular expression (RE2) is found in it',
  ],
  size: ['get("Name").size()', 'the number of characters, or of entries of a list'],
  trim: ['get("Name").trim()', 'the text without blanks around it'],
  substring: ['get("Name").substring(0, 8)', 'a piece of the text, by positions'],
  orValue: ['json(…).?key.orValue("")', 'the value, or another one when the key is missing'],
  hasValue: ['json(…).?key.hasValue()', 'whether the key is there'],
  exists: ['products.exists(p, condition)', 'whether the condition holds for an entry'],
  exists_one: ['products.exists_one(p, condition)', 'whether it holds for exactly one entry'],
  all: ['products.all(p, condition)', 'whether it holds for every entry'],
  filter: ['products.filter(p, condition)', 'the entries for which it holds'],
  map: ['products.map(p, value)', 'a value for every entry'],
} satisfies Record<string, [usage: string, description: string]>;

/** Functions, called as `name(…)`. */
export const ruleFunctions: ReadonlyMap<string, RuleFunction> = table(functions);
/** Methods, called as `value.name(…)`. */
export const ruleMethods: ReadonlyMap<string, RuleFunction> = table(methods);

function table(entries: Record<string, [string, string]>): Map<string, RuleFunction> {
  return new Map(
    Object.entries(entries).map(([name, [usage, description]]) => [
      name,
      { name, usage, description },
    ]),
  );
}
