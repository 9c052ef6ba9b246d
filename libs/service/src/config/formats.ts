import { durationFormat, sizeFormat } from './quantities.js';
import { formatted } from './setting.js';

export interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
}

/** A TCP port; 0 lets the system choose a free one. */
export function Port(): PropertyDecorator {
  return whole('port', { min: 0, max: 65_535 }, '8000');
}

/** An HTTP URL; `localhost:9000`, which also parses as a URL, is refused. */
export function Url(): PropertyDecorator {
  return formatted({
    type: 'url',
    expected: 'an address that begins with http:// or https://',
    example: 'http://127.0.0.1:9000',
    parse: parseUrl,
    format: String,
  });
}

/** HTTP URLs separated by commas; the property holds an array of strings. */
export function Urls(): PropertyDecorator {
  return formatted({
    type: 'list',
    expected: 'addresses that begin with http:// or https://, separated by commas',
    example: 'http://10.0.0.1:9000,http://10.0.0.2:9000',
    parse: (string) => parseList(string).map(parseUrl),
    format: formatList,
  });
}

function parseUrl(string: string): string {
  if (!/^https?:\/\//i.test(string) || !URL.canParse(string)) throw new RangeError(string);
  return string;
}

/** A whole number. */
export function Integer(limits: NumberLimits = {}): PropertyDecorator {
  return whole('integer', limits, String(limits.min ?? 10));
}

/** A duration such as `30s`; the property holds milliseconds. Limits have the same format. */
export function Duration(limits: { min?: string; max?: string } = {}): PropertyDecorator {
  return formatted(durationFormat(limits));
}

/** A size such as `25MiB`; the property holds bytes. Limits have the same format. */
export function Size(limits: { min?: string; max?: string } = {}): PropertyDecorator {
  return formatted(sizeFormat(limits));
}

/** One of a fixed list of words. */
export function Choice(words: readonly string[]): PropertyDecorator {
  return formatted({
    type: words.join(' | '),
    expected: `one of ${words.join(', ')}`,
    example: words[0] ?? '',
    parse: (string) => {
      const word = words.find((candidate) => candidate === string.toLowerCase());
      if (word === undefined) throw new RangeError(string);
      return word;
    },
    format: String,
  });
}

const flagWords: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** `true` or `false`. */
export function Flag(): PropertyDecorator {
  return formatted({
    type: 'flag',
    expected: 'true or false',
    example: 'true',
    parse: (string) => {
      const flag = flagWords.get(string.toLowerCase());
      if (flag === undefined) throw new RangeError(string);
      return flag;
    },
    format: String,
  });
}

/** Words separated by commas; the property holds an array of strings. */
export function List(): PropertyDecorator {
  return formatted({
    type: 'list',
    expected: 'words separated by commas',
    example: 'one,two',
    parse: parseList,
    format: formatList,
  });
}

function parseList(string: string): string[] {
  return string
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function formatList(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function whole(type: string, { min, max }: NumberLimits, example: string): PropertyDecorator {
  const { MIN_SAFE_INTEGER: lowest, MAX_SAFE_INTEGER: highest } = Number;
  return formatted({
    type,
    expected: `a whole number${limitsInWords(min, max)}`,
    example,
    parse: (string) => {
      const value = /^[+-]?\d+$/.test(string) ? Number(string) : Number.NaN;
      if (!(value >= (min ?? lowest) && value <= (max ?? highest))) throw new RangeError(string);
      return value;
    },
    format: String,
  });
}

function limitsInWords(min?: number, max?: number): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  return max === undefined ? '' : ` of ${max} or less`;
}
