import type { CrashQuery, Group, Groups } from '#antenna/crash-index';
import { countOf, formatTable } from '../human-units.js';
import { inOneLine, printable } from '../terminal-safe.js';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const none = '·';
const shownVersions = 3;
const maxVersionLength = 20;
/** A signature gets at least this width: a narrow terminal wraps the line. */
const minSignatureWidth = 20;

/** By signature, with versions within and parts of the time. */
export interface FoundSignatures extends Groups {
  readonly total: number;
}

/**
 * A table of the signatures; the signature is the last column.
 * @param width of the terminal, at which signatures are cut; undefined elsewhere
 */
export function topTable(found: FoundSignatures, width: number | undefined): string {
  const headings = ['crashes', 'first seen', 'last seen', 'versions', 'trend', ''];
  const rows = found.groups.map((top) => [
    String(top.count),
    minuteOf(top.firstSeen),
    minuteOf(top.lastSeen),
    versionsIn(top),
    sparkLine(top.buckets),
    '',
  ]);
  const lines = formatTable([headings, ...rows], { right: [0], widths: [] }).split('\n');
  const before = Math.max(...lines.map((line) => line.length)) + 2;
  const room = width === undefined ? undefined : Math.max(minSignatureWidth, width - before);
  const signatures = ['signature', ...found.groups.map(({ value }) => value)];
  const table = signatures.map(
    (signature, row) => `${(lines[row] ?? '').padEnd(before)}${cut(inOneLine(signature), room)}\n`,
  );
  return `${table.join('')}${summary(found)}\n`;
}

/** All that is known, with times as ISO 8601. */
export function topDocument(
  { total, groupCount, groups }: FoundSignatures,
  { since, until }: CrashQuery,
  buckets: number,
): string {
  const signatures = groups.map((group) => ({
    signature: group.value,
    count: group.count,
    firstSeen: new Date(group.firstSeen).toISOString(),
    lastSeen: new Date(group.lastSeen).toISOString(),
    versions: group.within.map(({ value, count }) => ({ version: value, count })),
    versionCount: group.withinCount,
    buckets: group.buckets,
  }));
  const time = {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    bucketSeconds: (until - since) / buckets / 1000,
  };
  return JSON.stringify(
    { ...time, crashes: total, signatureCount: groupCount, signatures },
    null,
    2,
  );
}

function summary({ total: crashes, groupCount, groups }: FoundSignatures): string {
  const shown = groups.reduce((sum, { count }) => sum + count, 0);
  const all = `${countOf(crashes, 'crash', 'crashes')}, ${countOf(groupCount, 'signature', 'signatures')}`;
  return shown === crashes ? all : `${all}; shown are ${groups.length} with ${shown} of them`;
}

/** The most frequent ones, and how many more there are. */
function versionsIn({ within, withinCount }: Group): string {
  const shown = within
    .slice(0, shownVersions)
    .map(({ value }) => cut(printable(value), maxVersionLength));
  const more = withinCount - shown.length;
  return shown.length === 0 ? '-' : `${shown.join(', ')}${more > 0 ? ` +${more}` : ''}`;
}

function sparkLine(buckets: readonly number[]): string {
  const most = Math.max(...buckets);
  return buckets
    .map((count) => (count === 0 ? none : bars[Math.ceil((count / most) * bars.length) - 1]))
    .join('');
}

function minuteOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** Characters of double width in a terminal: East Asian wide and full-width ones, and pictographs. */
const wide =
  /[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** At most this number of columns of a terminal, with an ellipsis if something is missing. */
function cut(text: string, room = Number.POSITIVE_INFINITY): string {
  let used = 0;
  const fitting: string[] = [];
  for (const character of text) {
    used += wide.test(character) ? 2 : 1;
    if (used > room) return `${fitting.slice(0, -1).join('')}…`;
    fitting.push(character);
  }
  return text;
}
