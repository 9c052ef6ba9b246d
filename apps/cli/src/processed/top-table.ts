import type { TopQuery, TopSignature, TopSignatures } from '#antenna/crash-index';
import { countOf, formatTable } from '../human-units.js';
import { inOneLine, printable } from '../terminal-safe.js';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const none = '·';
const shownVersions = 3;
const maxVersionLength = 20;
/** A signature gets at least this width: a narrow terminal wraps the line. */
const minSignatureWidth = 20;

/**
 * A table of the signatures; the signature is the last column.
 * @param width of the terminal, at which signatures are cut; undefined elsewhere
 */
export function topTable(found: TopSignatures, width: number | undefined): string {
  const headings = ['crashes', 'first seen', 'last seen', 'versions', 'trend', ''];
  const rows = found.signatures.map((top) => [
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
  const signatures = ['signature', ...found.signatures.map(({ signature }) => signature)];
  const table = signatures.map(
    (signature, row) => `${(lines[row] ?? '').padEnd(before)}${cut(inOneLine(signature), room)}\n`,
  );
  return `${table.join('')}${summary(found)}\n`;
}

/** All that is known, with times as ISO 8601. */
export function topDocument(found: TopSignatures, { since, until, buckets }: TopQuery): string {
  const signatures = found.signatures.map(({ firstSeen, lastSeen, ...top }) => ({
    ...top,
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
  }));
  const time = {
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    bucketSeconds: (until - since) / buckets / 1000,
  };
  return JSON.stringify({ ...time, ...found, signatures }, null, 2);
}

function summary({ crashes, signatureCount, signatures }: TopSignatures): string {
  const shown = signatures.reduce((sum, { count }) => sum + count, 0);
  const all = `${countOf(crashes, 'crash', 'crashes')}, ${countOf(signatureCount, 'signature', 'signatures')}`;
  return shown === crashes ? all : `${all}; shown are ${signatures.length} with ${shown} of them`;
}

/** The most frequent ones, and how many more there are. */
function versionsIn({ versions, versionCount }: TopSignature): string {
  const shown = versions
    .slice(0, shownVersions)
    .map(({ version }) => cut(printable(version), maxVersionLength));
  const more = versionCount - shown.length;
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
