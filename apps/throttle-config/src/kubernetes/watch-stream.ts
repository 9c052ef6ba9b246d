import type { Watch } from '@kubernetes/client-node';

import { statusOf } from './api-failure.js';

/** A watch ended in a way that needs no report: a new list is enough. */
export class WatchEnd extends Error {
  override readonly name = 'WatchEnd';
}

/** Receives the events of a watch. */
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
   * Follows the stream until the server ends it regularly.
   * @throws {WatchEnd} if the stream is cut or silent, or its version is too old
   * @throws an error of the client library if the server refuses the watch
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
      // The library's promise resolves as soon as the answer starts, even if the answer is an error.
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

/** An ERROR event contains a Status object; its code is 410 if the version of the watch is too old. */
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
      // The client library would ignore this error, and the edit would be lost. The next list delivers it again.
      end(new WatchEnd('an event could not be handled', { cause: error }));
    }
    return;
  }
  const { code, message } = (object ?? {}) as { code?: number; message?: string };
  const reason = message ?? 'the watch failed';
  end(code === gone ? new WatchEnd(reason) : Object.assign(new Error(reason), { code }));
}

function asEnd(error: unknown): Error {
  const status = statusOf(error);
  const refused = status !== undefined && status !== gone;
  return refused ? (error as Error) : new WatchEnd('the watch was cut', { cause: error });
}
