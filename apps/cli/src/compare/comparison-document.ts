import type { ReportDocument, ReportTable } from '../report/report-document.js';
import { type Comparison, headline, verdict } from './comparison.js';
import { exampleParts } from './comparison-text.js';
import { differenceKinds } from './difference.js';
import type { DifferenceGroup } from './difference-groups.js';

/** The comparison for a page. */
export function comparisonDocument(comparison: Comparison): ReportDocument {
  const { a, b, remarks, differences, accepted, unused } = comparison;
  return {
    title: `Comparison: ${verdict(comparison)}`,
    facts: [
      ['a', a],
      ['b', b],
      ['result', headline(comparison)],
      ...remarks.map((remark) => ['remark', remark] as const),
      ...unused.map(
        ({ kind, subject = '*' }) =>
          ['accepted, but did not occur', `${kind}: ${subject}`] as const,
      ),
    ],
    tables: [
      tableOf('Differences', 'examples', differences, examplesOf),
      tableOf('Accepted differences', 'reason', accepted, ({ reason }) => reason),
    ],
    plots: [],
    problems: [],
  };
}

function examplesOf({ examples }: DifferenceGroup): string {
  return examples.map((example) => exampleParts(example).join('  ')).join(' | ');
}

function tableOf<Group extends DifferenceGroup>(
  title: string,
  last: string,
  groups: readonly Group[],
  detail: (group: Group) => string,
): ReportTable {
  return {
    title,
    head: ['count', 'kind', 'subject', last],
    rows: groups.map((group) => [
      String(group.count),
      `${differenceKinds[group.kind]} [${group.kind}]`,
      group.subject,
      detail(group),
    ]),
  };
}
