/**
 * Makes a call that ends after so many milliseconds or with one of the signals, whichever is first: its
 * own signal is aborted and whoever waits is told at once, even if the work does not heed it, as the
 * SDK's credential providers do not.
 * @throws an error named TimeoutError or AbortError, or what the work threw
 */
export async function callWithin<T>(
  ms: number,
  ends: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new DOMException('the call was ended', 'AbortError'));
  const timer = setTimeout(() => {
    const message = `no answer within ${Math.round(ms)} ms`;
    controller.abort(new DOMException(message, 'TimeoutError'));
  }, ms);
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), {
      once: true,
    });
  });
  for (const end of ends) {
    end.addEventListener('abort', abort, { once: true });
  }
  try {
    if (ends.some(({ aborted }) => aborted)) {
      abort();
      return await over;
    }
    return await Promise.race([over, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    for (const end of ends) {
      end.removeEventListener('abort', abort);
    }
  }
}
