import type { SeededRandom } from '#antenna/crash-client';
import { CorpusOptionsError } from '../corpus-options-error.js';

/** Draws one of the values, each as often as its weight says. */
export function weightedChoice<T extends { readonly weight: number }>(
  values: readonly T[],
): (random: SeededRandom) => T | undefined {
  const total = values.reduce((sum, { weight }) => sum + weight, 0);
  return (random) => {
    let left = (random.below(2 ** 32) / 2 ** 32) * total;
    return (
      values.find(({ weight }) => {
        left -= weight;
        return left < 0;
      }) ?? values.at(-1)
    );
  };
}

/**
 * The values with these names; a name that ends in `*` stands for all that start like it.
 * @throws CorpusOptionsError for a name that stands for none
 */
export function namedKinds<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  if (names === undefined) return all;
  const chosen = new Set<T>();
  for (const wanted of names) {
    const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : undefined;
    const found = all.filter(({ name }) =>
      prefix === undefined ? name === wanted : name.startsWith(prefix),
    );
    if (found.length === 0)
      throw new CorpusOptionsError(`there is no kind of report that is called ${wanted}`);
    for (const kind of found) chosen.add(kind);
  }
  return [...chosen];
}
