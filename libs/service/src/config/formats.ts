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
    parse: (text) => {
      if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw new RangeError(text);
      return text;
    },
    format: String,
  });
}

/** A whole number. */
export function Integer(limits: NumberLimits = {}): PropertyDecorator {
  return whole('integer', limits, String(limits.min ?? 10));
}

/** A time span such as `30s`; the property holds milliseconds. Limits are written the same way. */
export function Duration(limits: { min?: string; max?: string } = {}): PropertyDecorator {
  return formatted(durationFormat(limits));
}

/** A number of bytes such as `25MiB`; the property holds bytes. Limits are written the same way. */
export function Size(limits: { min?: string; max?: string } = {}): PropertyDecorator {
  return formatted(sizeFormat(limits));
}

/** One of a fixed list of words. */
export function Choice(words: readonly string[]): PropertyDecorator {
  return formatted({
    type: words.join(' | '),
    expected: `one of ${words.join(', ')}`,
    example: words[0] ?? '',
    parse: (text) => {
      const word = words.find((candidate) => candidate === text.toLowerCase());
      if (word === undefined) throw new RangeError(text);
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

/** On or off. */
export function Flag(): PropertyDecorator {
  return formatted({
    type: 'flag',
    expected: 'true or false',
    example: 'true',
    parse: (text) => {
      const flag = flagWords.get(text.toLowerCase());
      if (flag === undefined) throw new RangeError(text);
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
    parse: (text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    format: (value) => (Array.isArray(value) ? value.join(',') : String(value)),
  });
}

function whole(type: string, { min, max }: NumberLimits, example: string): PropertyDecorator {
  const { MIN_SAFE_INTEGER: lowest, MAX_SAFE_INTEGER: highest } = Number;
  return formatted({
    type,
    expected: `a whole number${limitsInWords(min, max)}`,
    example,
    parse: (text) => {
      const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= (min ?? lowest) && value <= (max ?? highest))) throw new RangeError(text);
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
