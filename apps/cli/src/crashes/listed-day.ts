import type { ListedCrash, StoredCrashes } from '#antenna/stored-crashes';

const idLength = 36;

/** The crashes of a day, newest first. Takes about 60 bytes for each, so that a day of any collector fits in memory. */
class ListedDay {
  private ids = Buffer.alloc(1024 * idLength);
  private readonly times: number[] = [];
  private readonly sizes: number[] = [];

  /** Reads the listing of a day, page by page, until the signal aborts. */
  static async read(crashes: StoredCrashes, date: string, signal: AbortSignal): Promise<ListedDay> {
    const day = new ListedDay();
    for await (const crash of crashes.list(date)) {
      if (signal.aborted) break;
      day.add(crash);
    }
    return day;
  }

  *newestFirst(): Generator<ListedCrash> {
    const { ids, times, sizes } = this;
    // Equal times, as S3 has whole seconds, stay in the order of the ids.
    const order = Uint32Array.from(times.keys()).toSorted(
      (a, b) => (times[b] ?? 0) - (times[a] ?? 0) || a - b,
    );
    for (const index of order) {
      yield {
        crashId: ids.toString('latin1', index * idLength, (index + 1) * idLength),
        size: sizes[index] ?? 0,
        storedAt: new Date(times[index] ?? 0),
      };
    }
  }

  private add({ crashId, size, storedAt }: ListedCrash): void {
    const at = this.times.length * idLength;
    if (at === this.ids.length) this.ids = Buffer.concat([this.ids, Buffer.alloc(at)]);
    this.ids.write(crashId, at, 'latin1');
    this.times.push(storedAt.getTime());
    this.sizes.push(size);
  }
}

/** Days that are listed at the same time. */
const parallelDays = 4;

/** The crashes of these days, newest first. The listings of the next days run while one is used. */
export async function* newestFirst(
  crashes: StoredCrashes,
  dates: readonly string[],
  interrupted: AbortSignal,
): AsyncGenerator<ListedCrash> {
  const stopped = new AbortController();
  const signal = AbortSignal.any([interrupted, stopped.signal]);
  const waiting = dates.toSorted().toReversed();
  const listings: Promise<ListedDay>[] = [];
  try {
    for (;;) {
      while (listings.length < parallelDays && waiting.length > 0) {
        const listing = ListedDay.read(crashes, waiting.shift() ?? '', signal);
        // It is reported when its turn comes.
        listing.catch(() => undefined);
        listings.push(listing);
      }
      const day = await listings.shift();
      if (day === undefined || interrupted.aborted) return;
      yield* day.newestFirst();
    }
  } finally {
    stopped.abort();
  }
}
