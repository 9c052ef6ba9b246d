/**
 * `int()` and `double()`. The built-in ones take an empty string for 0 and hexadecimal, octal and binary numbers for
 * numbers. The conversions of a string are those of the CEL specification's reference implementation (strconv.ParseInt
 * in base 10 and strconv.ParseFloat), but only of decimal numbers: `NaN` and `Infinity` are not what a client counts.
 */

const smallestInt = -(2n ** 63n);
const largestInt = 2n ** 63n - 1n;
/** No number that a client sends is as long, and a conversion takes time for each digit. */
const maxCharacters = 100;
const wholeNumber = /^[+-]?[0-9]+$/;
const decimalNumber = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/**
 * A string, or a number without its fraction, as an int of CEL.
 * @throws RangeError
 */
export function toInt(value: string | bigint | number): bigint {
  const int = typeof value === 'string' ? intIn(value) : truncated(value);
  if (int === undefined || int < smallestInt || int > largestInt) {
    throw new RangeError(
      typeof value === 'string'
        ? 'int() needs a string with a whole number of 64 bits, such as 42 or -7'
        : 'int() needs a number of at most 64 bits',
    );
  }
  return int;
}

/**
 * A string or number as a double of CEL.
 * @throws RangeError
 */
export function toDouble(value: string | bigint | number): number {
  if (typeof value !== 'string') return Number(value);
  const isNumber = value.length <= maxCharacters && decimalNumber.test(value);
  if (!isNumber || !Number.isFinite(Number(value)))
    throw new RangeError('double() needs a string with a decimal number, such as 42, -0.5 or 1e3');
  return Number(value);
}

function intIn(text: string): bigint | undefined {
  if (text.length > maxCharacters || !wholeNumber.test(text)) return undefined;
  return BigInt(text);
}

function truncated(number: bigint | number): bigint | undefined {
  if (typeof number === 'bigint') return number;
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined;
}
