import { release } from '../support/chart.js';

/** The name of a pod of the release, as a StatefulSet gives it. */
export function podName(component: string, ordinal: number | string): string {
  return `${release.name}-antenna-${component}-${ordinal}`;
}
