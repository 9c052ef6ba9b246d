/** A ruleset that was accepted. */
export interface HistoryEntry {
  readonly revision: string;
  /** ISO 8601. */
  readonly acceptedAt: string;
  /** Where it was edited, such as `ConfigMap crashes/throttle-rules`. */
  readonly source: string;
  /** Identifies the edit, so that replicas that record the same edit recognize it. */
  readonly edit: string;
  /** Who edited it, if the admission webhook was asked. */
  readonly user?: string;
  /** The document (YAML) as its author wrote it. */
  readonly ruleset: string;
}

const maxEntries = 200;
const maxAgeMs = 90 * 86_400_000;
/** All documents together, before compression. */
const maxCharacters = 16 * 1024 * 1024;

/** Adds new entries to a history, oldest first, and drops what is beyond its limits. */
export function extended(
  history: readonly HistoryEntry[],
  news: readonly HistoryEntry[],
  now: Date,
): HistoryEntry[] {
  const all = [...history];
  for (const entry of news) {
    const known = all.findIndex(({ edit }) => edit === entry.edit);
    const before = all[known];
    if (before)
      all[known] = before.user === undefined ? { ...entry, ...before, ...userOf(entry) } : before;
    // The same rules after a restart are no edit.
    else if (all.at(-1)?.revision !== entry.revision) all.push(entry);
  }
  all.sort((a, b) => (a.acceptedAt < b.acceptedAt ? -1 : 1));
  return bounded(all, now);
}

function userOf({ user }: HistoryEntry): Pick<HistoryEntry, 'user'> {
  return user === undefined ? {} : { user };
}

/** The newest entry stays, however old it is. */
function bounded(all: readonly HistoryEntry[], now: Date): HistoryEntry[] {
  const oldest = new Date(now.getTime() - maxAgeMs).toISOString();
  let characters = 0;
  const kept = all.toReversed().filter(({ acceptedAt, ruleset }, index) => {
    characters += ruleset.length;
    return (
      index === 0 || (index < maxEntries && acceptedAt >= oldest && characters <= maxCharacters)
    );
  });
  return kept.toReversed();
}
