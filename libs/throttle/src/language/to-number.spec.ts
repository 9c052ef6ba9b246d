import { describe, expect, it } from '@jest/globals';
import { assert, bigInt, constantFrom, double, oneof, property, string } from 'fast-check';

import { RuleLanguage } from './rule-language.js';

const language = new RuleLanguage({});

/** Whether the condition holds for an annotation; the message of the error if the rule fails. */
function holds(condition: string, value: string): unknown {
  const { run } = language.compile(condition, 'bool');
  return language.withReport(
    new Map([['A', value]]),
    () => new Date(0),
    () => {
      try {
        return run();
      } catch (error) {
        return error instanceof Error ? error.message : error;
      }
    },
  );
}

const noWholeNumber = 'int() needs a string with a whole number of 64 bits, such as 42 or -7';
const noNumber = 'double() needs a string with a decimal number, such as 42, -0.5 or 1e3';
const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

describe('a string as a number', () => {
  it.each(['0', '42', '+42', '-7', '007', String(smallest), String(largest)])(
    'is a whole number: %j',
    (value) => {
      expect(holds(`int(get("A")) == ${BigInt(value.replace('+', ''))}`, value)).toBe(true);
    },
  );

  it.each([
    '',
    ' ',
    ' 42',
    '42\n',
    '\u00a042',
    '٤٢',
    '1_000',
    '1,000',
    '4 2',
    '--4',
    '+',
    '-',
    'x',
    '0x1f',
    '0X1F',
    '0b1',
    '0o7',
    '1n',
    '0x',
    'inf',
    'NaN',
    'Infinity',
    '-inf',
    'null',
  ])('fails in any conversion: %j', (value) => {
    expect(holds('int(get("A")) == 0', value)).toBe(noWholeNumber);
    expect(holds('double(get("A")) == 0.0', value)).toBe(noNumber);
  });

  it.each([
    '1.5',
    '1e3',
    '1.',
    '1.0',
    String(largest + 1n),
    String(smallest - 1n),
    '1'.repeat(101),
  ])('fails as a whole number: %j', (value) => {
    expect(holds('int(get("A")) == 0', value)).toBe(noWholeNumber);
  });

  it.each(['0', '42', '+42', '-7', '1.5', '-0.25', '.5', '5.', '1e3', '1E+3', '2.5e-3', '007.5'])(
    'is a number: %j',
    (value) => {
      expect(holds(`double(get("A")) == ${Number(value).toFixed(10)}`, value)).toBe(true);
    },
  );

  it.each(['1e', 'e3', '.', '1.5.2', '1e3.5', '1e999', '-1e999', '0.'.padEnd(101, '1')])(
    'fails as a number: %j',
    (value) => {
      expect(holds('double(get("A")) == 0.0', value)).toBe(noNumber);
    },
  );

  it('is the number that string() makes, or the rule fails: never another number', () => {
    assert(
      property(bigInt({ min: smallest, max: largest }), (number) => {
        expect(
          holds(`int(get("A")) == ${number} && string(${number}) == get("A")`, `${number}`),
        ).toBe(true);
      }),
    );
    assert(
      property(double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(holds('string(double(get("A"))) == get("A")', `${number}`)).toBe(true);
      }),
    );
    const unit = constantFrom(
      '0',
      '1',
      '9',
      '+',
      '-',
      '.',
      'e',
      'x',
      '_',
      ' ',
      '\n',
      'inf',
      'nan',
      '٤',
    );
    assert(
      property(oneof(string({ unit, maxLength: 8 }), string()), (value) => {
        const whole = /^[+-]?[0-9]+$/.test(value);
        const decimal = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(value);
        const finite = decimal && Number.isFinite(Number(value));
        expect(holds('int(get("A")) == int(get("A"))', value)).toBe(whole || noWholeNumber);
        expect(holds('double(get("A")) == double(get("A"))', value)).toBe(finite || noNumber);
      }),
    );
  });
});

describe('values of other types', () => {
  it.each([
    ['int(json(get("A"))[0]) == 5', '[5]'],
    ['int(json(get("A"))[0]) == 5', '[5.9]'],
    ['int(json(get("A"))[0]) == 5', '["5"]'],
    ['double(json(get("A"))[0]) == 5.0', '[5]'],
    ['double(json(get("A"))[0]) == 5.9', '[5.9]'],
    ['double(json(get("A"))[0]) == 5.9', '["5.9"]'],
    ['int(5.9) == 5 && int(5) == 5 && double(5) == 5.0 && double(5.5) == 5.5', ''],
  ])('are converted as before: %s of %s', (condition, value) => {
    expect(holds(condition, value)).toBe(true);
  });

  it.each(['[null]', '[true]', '[[]]', '[{}]'])('fail: %s', (value) => {
    expect(holds('int(json(get("A"))[0]) == 0', value)).toEqual(expect.any(String));
    expect(holds('double(json(get("A"))[0]) == 0.0', value)).toEqual(expect.any(String));
  });
});
