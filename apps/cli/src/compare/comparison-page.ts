import { escapeHtml } from '../escape-html.js';
import { type Comparison, headline, verdict } from './comparison.js';
import { exampleParts } from './comparison-text.js';
import { differenceKinds } from './difference.js';
import type { DifferenceGroup } from './difference-groups.js';

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: 0.2rem 1.2rem 0.2rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:first-child { text-align: right; font-variant-numeric: tabular-nums; }
`;

/** A page that needs no other file, script or network. */
export function comparisonPage(comparison: Comparison): string {
  const { a, b, remarks, differences, accepted, unused } = comparison;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Comparison of two collectors</title>
<style>${style}</style>
<h1>Comparison: ${escapeHtml(verdict(comparison))}</h1>
<p>a: ${escapeHtml(a)}<br>b: ${escapeHtml(b)}</p>
<p>${[headline(comparison), ...remarks].map(escapeHtml).join('<br>')}</p>
${table('Differences', 'examples', differences, ({ examples }) => examples.map((example) => exampleParts(example).join('  ')))}
${table('Accepted differences', 'reason', accepted, ({ reason }) => [reason])}
${unused.length === 0 ? '' : `<h2>Accepted, but did not occur</h2><ul>${unused.map(({ kind, subject = '*' }) => `<li>${escapeHtml(`${kind}: ${subject}`)}</li>`).join('')}</ul>`}
</html>
`;
}

function table<Group extends DifferenceGroup>(
  title: string,
  last: string,
  groups: readonly Group[],
  detail: (group: Group) => readonly string[],
): string {
  if (groups.length === 0) return '';
  const rows = groups.map(
    (group) =>
      `<tr><td>${group.count}<td>${escapeHtml(differenceKinds[group.kind])}<br><code>${group.kind}</code>` +
      `<td>${escapeHtml(group.subject)}<td>${detail(group).map(escapeHtml).join('<br>')}`,
  );
  return `<h2>${title}</h2>\n<table>\n<tr><th>count<th>kind<th>subject<th>${last}\n${rows.join('\n')}\n</table>`;
}
