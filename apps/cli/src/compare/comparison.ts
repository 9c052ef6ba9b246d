import { type AcceptedDifference, accepts } from './accepted-differences.js';
import type { DifferenceGroup } from './difference-groups.js';

/** The result of a command. */
export interface Comparison {
  /** The names of the collectors or stores. */
  readonly a: string;
  readonly b: string;
  /** Reports that were sent; absent when stores were compared. */
  readonly sent?: number;
  /** Crashes that both have stored. */
  readonly stored: number;
  readonly remarks: readonly string[];
  readonly differences: readonly DifferenceGroup[];
  readonly accepted: readonly (DifferenceGroup & { readonly reason: string })[];
  /** Accepted differences that did not occur. */
  readonly unused: readonly AcceptedDifference[];
}

/** Tells accepted differences from others. */
export function sortOut(
  groups: readonly DifferenceGroup[],
  entries: readonly AcceptedDifference[],
): Pick<Comparison, 'differences' | 'accepted' | 'unused'> {
  const differences: DifferenceGroup[] = [];
  const accepted: (DifferenceGroup & { reason: string })[] = [];
  const used = new Set<AcceptedDifference>();
  for (const group of groups) {
    const entry = entries.find((candidate) => accepts(candidate, group));
    if (entry) {
      used.add(entry);
      accepted.push({ ...group, reason: entry.reason });
    } else {
      differences.push(group);
    }
  }
  return { differences, accepted, unused: entries.filter((entry) => !used.has(entry)) };
}

export function headline({ sent, stored }: Comparison): string {
  const crashes = `${stored} stored ${stored === 1 ? 'crash' : 'crashes'} compared`;
  return sent === undefined
    ? crashes
    : `${sent} ${sent === 1 ? 'report' : 'reports'} sent to both, ${crashes}`;
}

export function verdict({ differences, accepted, stored }: Comparison): string {
  if (differences.length > 0)
    return `${differences.length} ${differences.length === 1 ? 'difference is' : 'differences are'} not accepted`;
  if (stored === 0) return 'no stored crash was compared';
  return accepted.length > 0 ? 'the same, but for accepted differences' : 'the same';
}
