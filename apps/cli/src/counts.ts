/** Adds to the count of a name. */
export function count(counts: Map<string, number>, name: string, by = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** The most frequent first, else by name. */
export function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([name, a], [other, b]) => b - a || (name < other ? -1 : 1));
}
