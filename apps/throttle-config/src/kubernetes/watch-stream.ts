import type { Watch } from '@kubernetes/client-node';

import { statusOf } from './api-failure.js';

/** A watch ended in a way that a new list puts right. */
export class WatchEnd extends Error {
  override readonly name = 'WatchEnd';
}

/** Takes what a watch delivers. */
export interface WatchListener {
  /** The server has accepted the watch. */
  opened(): void;
  event(type: string, object: unknown): void;
}

const gone = 410;

/** One watch request, from its first byte to its end. */
export class WatchStream {
  constructor(private readonly watch: Watch) {}

  /**
   * Follows the stream until the server ends it in good order.
   * @throws {WatchEnd} when it is cut, silent or too old; the server's refusal as the client library throws it
   */
  async follow(
    path: string,
    query: Record<string, string | number | boolean>,
    listener: WatchListener,
    signal: AbortSignal,
  ): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const stop = (): void => ended.reject(new WatchEnd('stopped'));
    signal.addEventListener('abort', stop, { once: true });
    let over = false;
    const request = this.watch.watch(
      path,
      query,
      (type, object) => deliver(type, object, listener, ended.reject),
      (error) => (error ? ended.reject(asEnd(error)) : ended.resolve()),
    );
    try {
      // The library's promise resolves when the answer has begun, also with an answer that is an error.
      void request.then(
        () => setImmediate(() => over || listener.opened()),
        (error: unknown) => ended.reject(asEnd(error)),
      );
      await ended.promise;
    } finally {
      over = true;
      signal.removeEventListener('abort', stop);
      void request.then((controller) => controller.abort()).catch(() => undefined);
    }
  }
}

/** An ERROR event carries a Status object; with 410 the version that was watched from is too old. */
function deliver(
  type: string,
  object: unknown,
  listener: WatchListener,
  end: (error: Error) => void,
): void {
  if (type !== 'ERROR') {
    try {
      listener.event(type, object);
    } catch (error) {
      // The client library would swallow it, and the edit with it. The new list offers the edit again.
      end(new WatchEnd('an event could not be handled', { cause: error }));
    }
    return;
  }
  const { code, message } = (object ?? {}) as { code?: number; message?: string };
  const text = message ?? 'the watch failed';
  end(code === gone ? new WatchEnd(text) : Object.assign(new Error(text), { code }));
}

function asEnd(error: unknown): Error {
  const status = statusOf(error);
  const refused = status !== undefined && status !== gone;
  return refused ? (error as Error) : new WatchEnd('the watch was cut', { cause: error });
}
