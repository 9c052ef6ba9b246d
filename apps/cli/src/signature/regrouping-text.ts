import { countOf } from '../human-units.js';
import { inOneLine } from '../terminal-safe.js';
import type { Regrouped, RegroupingResult } from './regrouping.js';

/** The result as text: a summary, then what splits, merges and changes. */
export function regroupingText(
  { crashes, kept, leftOut, splits, merges, changes }: RegroupingResult,
  limit: number,
): string {
  const changed = crashes - kept - leftOut;
  const summary = `${countOf(crashes, 'crash', 'crashes')}: ${kept} keep their signature, ${changed} get another\n`;
  const unread =
    leftOut === 0
      ? ''
      : `${leftOut} are left out: there are too many signatures; choose fewer days or a product\n`;
  return [
    summary,
    unread,
    section('split', splits, '->', limit),
    section('merge', merges, '<-', limit),
    section('change', changes, '->', limit),
  ].join('');
}

function section(what: string, groups: readonly Regrouped[], arrow: string, limit: number): string {
  if (groups.length === 0) return '';
  const verb = groups.length === 1 ? `${what}s` : what;
  const shown = groups.slice(0, limit).map((group) => groupText(group, arrow, limit));
  return `\n${countOf(groups.length, 'signature', 'signatures')} ${verb}:\n${shown.join('')}${more(groups.length - limit)}`;
}

function groupText({ signature, count, parts }: Regrouped, arrow: string, limit: number): string {
  const lines = parts
    .slice(0, limit)
    .map(
      (part) =>
        `${' '.repeat(8)}${arrow} ${part.count} ${inOneLine(part.signature)}  (${part.examples[0]})\n`,
    );
  return `${String(count).padStart(6)}  ${inOneLine(signature)}\n${lines.join('')}${more(parts.length - limit)}`;
}

function more(count: number): string {
  return count > 0 ? `        … and ${count} more: --limit, or --json for all\n` : '';
}
