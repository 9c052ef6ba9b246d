import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { parseJson } from '#antenna/crash-report';

import type { HistoryEntry } from './history-entry.js';

/** A ConfigMap holds 1 MiB; the rest is for a history that was set aside. */
const maxBytes = 700 * 1024;
const maxJsonBytes = 64 * 1024 * 1024;
/** A list of the most entries, of a newer version, too. More values could take up all the memory. */
const jsonLimits = { maxDepth: 4, maxValues: 10_000 };
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Gzipped JSON. Drops the oldest entries if it is larger than the limit. */
export async function encodeHistory(
  entries: readonly HistoryEntry[],
  limit = maxBytes,
): Promise<Buffer> {
  const bytes = await compress(JSON.stringify(entries));
  if (bytes.length <= limit || entries.length <= 1) return bytes;
  return await encodeHistory(entries.slice(Math.ceil(entries.length / 10)), limit);
}

/** @throws Error if the bytes are not a history */
export async function decodeHistory(bytes: Buffer): Promise<HistoryEntry[]> {
  const json = await decompress(bytes, { maxOutputLength: maxJsonBytes });
  const entries: unknown = parseJson(json.toString('utf8'), jsonLimits);
  if (!Array.isArray(entries) || !entries.every(isEntry))
    throw new Error('it is no list of entries');
  return entries;
}

/** A revision becomes a part of shell commands, and times are compared as strings. */
const formats: Readonly<Record<string, RegExp>> = {
  revision: /^[0-9a-f]{16}$/,
  acceptedAt: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
};

function isEntry(value: unknown): value is HistoryEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { user = '', ...entry } = value as Record<string, unknown>;
  const strings = ['revision', 'acceptedAt', 'source', 'edit', 'ruleset'].map(
    (name) => entry[name],
  );
  const areStrings = [...strings, user].every((field) => typeof field === 'string');
  return (
    areStrings &&
    Object.entries(formats).every(([name, format]) => format.test(String(entry[name])))
  );
}
