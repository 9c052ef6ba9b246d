/** Runs the work for each item, `count` at the same time; a failure ends it. Items are read when they are needed. */
export async function inParallel<T>(
  items: Iterable<T> | AsyncIterable<T>,
  count: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let isFailed = false;
  const runInTurn = async (): Promise<void> => {
    try {
      for (;;) {
        const { value, done } = await iterator.next();
        if (done === true || isFailed) return;
        await work(value);
      }
    } catch (error) {
      isFailed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: count }, runInTurn));
}
