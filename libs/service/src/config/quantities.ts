import type { SettingFormat } from './setting.js';

interface Quantity {
  readonly type: string;
  /** Description that completes the sentence "must be …". */
  readonly expected: string;
  readonly example: string;
  /** The size of each unit in the smallest unit, from the smallest to the largest. */
  readonly units: Readonly<Record<string, number>>;
  readonly smallest: string;
}

const durations: Quantity = {
  type: 'duration',
  expected: 'a duration in ms, s, m, h or d',
  example: '30s',
  units: { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 },
  smallest: 'ms',
};

const sizes: Quantity = {
  type: 'size',
  expected: 'a size in B, KiB, MiB, GiB, TiB or kB, MB, GB, TB',
  example: '25MiB',
  units: {
    B: 1,
    kB: 1e3,
    KiB: 2 ** 10,
    MB: 1e6,
    MiB: 2 ** 20,
    GB: 1e9,
    GiB: 2 ** 30,
    TB: 1e12,
    TiB: 2 ** 40,
  },
  smallest: 'B',
};

interface Limits {
  readonly min?: string;
  readonly max?: string;
}

/** Durations, in milliseconds. */
export function durationFormat(limits: Limits): SettingFormat {
  return quantityFormat(durations, limits);
}

/** Sizes, in bytes. A number without a unit is bytes. */
export function sizeFormat(limits: Limits): SettingFormat {
  return quantityFormat({ ...sizes, units: { ...sizes.units, '': 1 } }, limits);
}

/** Milliseconds in the notation of the settings: `90s`, not 90000. */
export function formatDuration(milliseconds: number): string {
  return formatQuantity(durations, milliseconds);
}

function quantityFormat(quantity: Quantity, { min, max }: Limits): SettingFormat {
  const lowest = min === undefined ? 0 : parseQuantity(quantity, min);
  const highest = max === undefined ? Number.MAX_SAFE_INTEGER : parseQuantity(quantity, max);
  return {
    type: quantity.type,
    expected: `${quantity.expected}${limitsInWords(min, max)}`,
    example: quantity.example,
    parse: (string) => {
      const value = parseQuantity(quantity, string);
      if (value < lowest || value > highest) throw new RangeError(string);
      return value;
    },
    format: (value) =>
      typeof value === 'number' ? formatQuantity(quantity, value) : String(value),
  };
}

/** Accepts units in any letter case, because `25mib` and `30S` are unambiguous; rounds decimals to the smallest unit. */
function parseQuantity({ units }: Quantity, string: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(string) ?? [];
  const factor = Object.entries(units).find(([name]) => name.toLowerCase() === unit?.toLowerCase());
  if (digits === undefined || !factor) throw new RangeError(string);
  const value = Math.round(Number(digits) * factor[1]);
  if (!Number.isSafeInteger(value)) throw new RangeError(string);
  return value;
}

/** Uses the unit that gives the smallest whole number; on a tie, binary units win over decimal ones. */
function formatQuantity({ units, smallest }: Quantity, value: number): string {
  const whole = Object.entries(units).filter(([name, size]) => name !== '' && value % size === 0);
  const [name, size] = (value === 0 ? undefined : whole.toSorted((a, b) => b[1] - a[1])[0]) ?? [
    smallest,
    1,
  ];
  return `${value / size}${name}`;
}

function limitsInWords(min?: string, max?: string): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of ${min} or more`;
  return max === undefined ? '' : ` of ${max} or less`;
}
