import { InvalidArgumentError } from 'commander';

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  kib: 1024,
  mib: 1024 ** 2,
};
/** Well over every cap of the collector, and still something that fits in memory a few times. */
const maxBytes = 1024 ** 3;

/** `600KiB`, `25MiB`, `1.5MB` or a plain number of bytes; at most 1 GiB. */
export function parseByteSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = unitBytes[unit.toLowerCase()];
  if (number === '' || factor === undefined) {
    throw new InvalidArgumentError('Give a size such as 600KiB, 25MiB or 4096.');
  }
  const bytes = Math.round(Number(number) * factor);
  if (bytes > maxBytes) {
    throw new InvalidArgumentError('At most 1024MiB.');
  }
  return bytes;
}

/** A parser of whole numbers from 1 to the limit. */
export function upTo(limit: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < 1 || number > limit) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${limit}.`);
    }
    return number;
  };
}

/** Splits `NAME=VALUE` at the first equals sign and collects the pairs of a repeated option. */
export function collectPairs(text: string, before: [string, string][] = []): [string, string][] {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InvalidArgumentError('Give NAME=VALUE.');
  }
  return [...before, [text.slice(0, equals), text.slice(equals + 1)]];
}

export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('Give an address such as http://127.0.0.1:8000/submit.');
  }
  return url;
}
