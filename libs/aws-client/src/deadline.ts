/** The time that one attempt has. Its signal ends the SDK's request; whoever waits is told at once. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Starts the time anew: a body of this length of time is about to come. */
  restart(ms: number): void;
  /** Ends the attempt for a reason that the SDK cannot see. */
  fail(reason: unknown): void;
}

/**
 * Runs the work within so many milliseconds, or until one of the signals is aborted. It rejects then even if the work
 * does not heed its own signal, as the SDK's credential providers do not.
 * @throws an error named TimeoutError or AbortError, or what the work threw.
 */
export async function withDeadline<T>(
  ms: number,
  work: (deadline: Deadline) => Promise<T>,
  ends: readonly AbortSignal[] = [],
): Promise<T> {
  if (ends.some(({ aborted }) => aborted)) throw ended();
  const controller = new AbortController();
  const { signal } = controller;
  let timer: NodeJS.Timeout | undefined;
  const deadline: Deadline = {
    signal,
    restart(left) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const message = `no answer within ${Math.round(left)} ms`;
        controller.abort(new DOMException(message, 'TimeoutError'));
      }, left);
    },
    fail: (reason) => controller.abort(reason),
  };
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const end = (): void => controller.abort(ended());
  for (const from of ends) from.addEventListener('abort', end, { once: true });
  deadline.restart(ms);
  try {
    return await Promise.race([over, work(deadline)]);
  } finally {
    clearTimeout(timer);
    for (const from of ends) from.removeEventListener('abort', end);
  }
}

function ended(): DOMException {
  return new DOMException('the call was ended', 'AbortError');
}
