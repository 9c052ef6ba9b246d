import { isRawJson, type JsonValue } from '#antenna/crash-report';

/** About 30 ms: ten times the cost of the values other than strings in real reports. */
const maxSteps = 30_000_000;
/** Measured worst cases, in nanoseconds. */
const steps = { value: 2_000, latinCharacter: 10, otherCharacter: 200 };
const beyondLatin = /[^\0-\xff]/;

/**
 * The annotations as rules see them: every value is a string. Strings are unchanged; other values are converted like
 * Python's `str` does. An object is therefore not JSON any more: `json()` returns null for it.
 *
 * The conversion takes much longer than parsing the value. Values that would exceed a limited total time are left out, as
 * if the report did not have them.
 */
export function annotationsForRules(
  annotations: ReadonlyMap<string, JsonValue>,
): ReadonlyMap<string, string> {
  if (areStrings(annotations)) return annotations;
  const python = new PythonStrings();
  const strings = new Map<string, string>();
  for (const [name, value] of annotations) {
    const text = typeof value === 'string' ? value : python.str(value);
    if (text !== undefined) strings.set(name, text);
  }
  return strings;
}

/** True for most reports: Firefox sends only strings. */
function areStrings(
  annotations: ReadonlyMap<string, JsonValue>,
): annotations is ReadonlyMap<string, string> {
  for (const value of annotations.values()) if (typeof value !== 'string') return false;
  return true;
}

/**
 * What Python's `str()` returns for values that came from JSON. Rules have always been written against these strings
 * (`"None"`, `"True"`, `"1.0"`), and keep their meaning.
 */
class PythonStrings {
  private stepsLeft = maxSteps;

  /** Undefined if it would take too long. */
  str(value: JsonValue): string | undefined {
    const text = this.repr(value);
    return this.stepsLeft < 0 ? undefined : text;
  }

  /** The result is incomplete if no steps are left. */
  private repr(value: JsonValue): string {
    this.stepsLeft -= steps.value;
    if (this.stepsLeft < 0) return '';
    if (value === null) return 'None';
    if (typeof value === 'string') return this.quoted(value);
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value === 'number') return numberString(String(value));
    if (Array.isArray(value)) return `[${value.map((item) => this.repr(item)).join(', ')}]`;
    if (isRawJson(value)) return this.spendOn(value.rawJSON) ? numberString(value.rawJSON) : '';
    const entries = Object.entries(value).map(
      ([key, item]) => `${this.quoted(key)}: ${this.repr(item)}`,
    );
    return `{${entries.join(', ')}}`;
  }

  private quoted(text: string): string {
    return this.spendOn(text) ? quote(text) : '';
  }

  private spendOn(text: string): boolean {
    const perCharacter = beyondLatin.test(text) ? steps.otherCharacter : steps.latinCharacter;
    this.stepsLeft -= text.length * perCharacter;
    return this.stepsLeft >= 0;
  }
}

/** A JSON number without fraction and exponent is a Python int of any size, else a float. */
function numberString(source: string): string {
  return /^-?\d+$/.test(source) ? source.replace(/^-0+$/, '0') : floatString(Number(source));
}

/**
 * `float.__repr__`: the shortest digits that round-trip, as in JavaScript, but with an exponent below
 * 1e-4 and from 1e16 on (Python Language Reference, "Format Specification Mini-Language", type `r`).
 */
function floatString(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '', exponentString = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentString);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const fixed = Object.is(value, -0) ? '-0' : plainDigits(digits, exponent);
  return fixed.includes('.') ? fixed : `${fixed}.0`;
}

/** Moves the point of `d.ddd` by `exponent` digits, -4 to 15. */
function plainDigits(scientific: string, exponent: number): string {
  const sign = scientific.startsWith('-') ? '-' : '';
  const digits = scientific.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}

/** `str.__repr__`: single quotes, unless the string contains single quotes and no double ones. */
function quote(text: string): string {
  const hasSingle = text.includes("'");
  const mark = hasSingle && !text.includes('"') ? '"' : "'";
  const isPlain = !hasSingle && !notPlain.test(text);
  return `${mark}${isPlain ? text : escapeString(text, mark)}${mark}`;
}

/** Anything but printable ASCII, or a backslash. */
const notPlain = /[^ -[\]-~]/;
/** The characters that Python considers unprintable: categories C and Z, except the space. */
const unprintable = /^(?! )[\p{C}\p{Z}]$/u;
const singleQuote = 0x27;
const pieceLength = 16 * 1024;
/** The longest escape in UTF-16 units, that of a surrogate pair: `\\UXXXXXXXX`. */
const longestEscape = 10;
const units = new Uint16Array(pieceLength);
const bytes = Buffer.from(units.buffer);
/** The escapes of units below U+0100, which includes almost all escaped ones; '' if no escape is needed. */
const shortEscapes = Array.from({ length: 0x100 }, (_, unit) => escapeOf(unit));

/**
 * Escapes through a buffer: a report can have millions of such characters, and a callback or a string for each
 * would take seconds and hundreds of megabytes.
 */
function escapeString(text: string, mark: string): string {
  let escaped = '';
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (length + longestEscape > pieceLength) {
      escaped += bytes.toString('utf16le', 0, length * 2);
      length = 0;
    }
    const unit = text.charCodeAt(at);
    const code = unit < 0xd800 ? unit : (text.codePointAt(at) ?? unit);
    let escape = shortEscapes[code] ?? escapeOf(code);
    if (code === singleQuote && mark === "'") escape = "\\'";
    if (escape === '') {
      units[length++] = unit;
      if (code > 0xffff) units[length++] = text.charCodeAt(at + 1);
    }
    for (let index = 0; index < escape.length; index += 1)
      units[length++] = escape.charCodeAt(index);
    if (code > 0xffff) at += 1;
  }
  return escaped + bytes.toString('utf16le', 0, length * 2);
}

/** '' for a printable character. */
function escapeOf(code: number): string {
  switch (code) {
    case 0x5c:
      return '\\\\';
    case 0x0a:
      return '\\n';
    case 0x0d:
      return '\\r';
    case 0x09:
      return '\\t';
  }
  if (!unprintable.test(String.fromCodePoint(code))) return '';
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
