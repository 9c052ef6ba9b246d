import { type Comparison, headline, verdict } from './comparison.js';
import { differenceKinds } from './difference.js';
import type { DifferenceGroup, Example } from './difference-groups.js';

/** The comparison for a terminal; what clients and collectors sent is printable already. */
export function comparisonText(comparison: Comparison): string {
  const { a, b, remarks, differences, accepted, unused } = comparison;
  const lines = [`a: ${a}`, `b: ${b}`, headline(comparison), ...remarks];
  for (const group of differences)
    lines.push('', titleOf(group), ...group.examples.map(exampleLine));
  const acceptedLines = accepted.map((group) => `  ${titleOf(group)} (${group.reason})`);
  if (accepted.length > 0) lines.push('', 'accepted:', ...acceptedLines);
  if (unused.length > 0) {
    lines.push('', 'accepted, but did not occur:');
    for (const { kind, subject = '*' } of unused) lines.push(`  ${kind}: ${subject}`);
  }
  return `${[...lines, '', verdict(comparison)].join('\n')}\n`;
}

/** `12 × value in the raw crash differs: Version [value]`. The kind in brackets is for the accepted file. */
function titleOf({ kind, subject, count }: DifferenceGroup): string {
  return `${count} × ${differenceKinds[kind]}: ${subject} [${kind}]`;
}

function exampleLine(example: Example): string {
  return `    ${exampleParts(example).join('  ')}`;
}

/** The parts of an example that it has. */
export function exampleParts({ report, crashIdA, crashIdB, a, b }: Example): string[] {
  return [
    report,
    crashIdA && `a ${crashIdA}`,
    crashIdB && `b ${crashIdB}`,
    a && `a: ${a}`,
    b && `b: ${b}`,
  ].filter((part): part is string => part !== undefined && part !== '');
}
