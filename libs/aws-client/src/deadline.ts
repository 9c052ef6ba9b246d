/** The deadline of one attempt. When it passes, its signal ends the SDK's request and the caller gets an error at once. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Restarts the timer, for a body that may take this long. */
  restart(ms: number): void;
  /** Ends the attempt for a reason that the SDK cannot see. */
  fail(reason: unknown): void;
}

/**
 * Runs the work until the deadline or until one of the signals is aborted. Rejects then even if the work ignores its
 * own signal, as the SDK's credential providers do.
 * @throws an error named TimeoutError or AbortError, or what the work threw.
 */
export async function withDeadline<T>(
  ms: number,
  work: (deadline: Deadline) => Promise<T>,
  endSignals: readonly AbortSignal[] = [],
): Promise<T> {
  if (endSignals.some(({ aborted }) => aborted)) throw aborted();
  const controller = new AbortController();
  const { signal } = controller;
  let timer: NodeJS.Timeout | undefined;
  const deadline: Deadline = {
    signal,
    restart(timeoutMs) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const message = `no answer within ${Math.round(timeoutMs)} ms`;
        controller.abort(new DOMException(message, 'TimeoutError'));
      }, timeoutMs);
    },
    fail: (reason) => controller.abort(reason),
  };
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const end = (): void => controller.abort(aborted());
  for (const from of endSignals) from.addEventListener('abort', end, { once: true });
  deadline.restart(ms);
  try {
    return await Promise.race([ended, work(deadline)]);
  } finally {
    clearTimeout(timer);
    for (const from of endSignals) from.removeEventListener('abort', end);
  }
}

function aborted(): DOMException {
  return new DOMException('the call was aborted', 'AbortError');
}
