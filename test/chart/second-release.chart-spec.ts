import { expect, it } from '@jest/globals';

import { chartFolder, exampleValues, merged, release, render } from './support/chart.js';
import { describeWith } from './support/describe-with.js';
import type { KubernetesObject } from './support/kubernetes-object.js';

type Labels = Readonly<Record<string, string>>;

interface Spec {
  /** Of a workload or disruption budget, `{ matchLabels }`; of a Service, the labels themselves. */
  readonly selector?: Labels | { readonly matchLabels: Labels };
  readonly podSelector?: { readonly matchLabels: Labels };
  readonly template?: { readonly metadata: { readonly labels: Labels } };
}

describeWith('helm').each(exampleValues())('a second release with $file', ({ values }) => {
  // A user who overrides the name chooses another one for the second release.
  const own = merged(values, { fullnameOverride: '' });
  const objects = (name: string) => render(own, chartFolder, [], name).objects.filter(isOwned);
  const first = () => objects(release.name);
  const second = () => objects('other');

  it('has no object of the first one in the same namespace', () => {
    const taken = new Set(first().map(nameOf));
    expect(taken.size).toBeGreaterThan(10);
    expect(second().length).toBeGreaterThan(10);
    const names = second().map(nameOf);
    expect(names.filter((name) => taken.has(name))).toEqual([]);
  });

  it('selects no pods of the first one', () => {
    const pods = first().map(podLabels).filter(isDefined);
    const selectors = second().map(selectorOf).filter(isDefined);
    expect([pods.length > 0, selectors.length > 0]).toEqual([true, true]);
    for (const selector of selectors) {
      const wanted = Object.entries(selector);
      expect(pods.filter((pod) => wanted.every(([key, value]) => pod[key] === value))).toEqual([]);
    }
  });
});

/** All but the rules: the first release creates them, and the second one uses them. */
function isOwned({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/resource-policy'] !== 'keep';
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function podLabels({ spec }: KubernetesObject): Labels | undefined {
  return (spec as Spec | undefined)?.template?.metadata.labels;
}

function selectorOf({ spec }: KubernetesObject): Labels | undefined {
  const { selector, podSelector } = (spec ?? {}) as Spec;
  const found = selector ?? podSelector;
  return found && ('matchLabels' in found ? (found.matchLabels as Labels) : found);
}
