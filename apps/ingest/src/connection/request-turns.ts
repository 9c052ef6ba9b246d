import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Lets the requests of a connection be handled one after the other. Node emits a pipelined request while the one before
 * it is in progress. If the answer to that one closes the connection, the next could never be answered; so it must not
 * be handled, either.
 */
export class RequestTurns {
  private readonly latest = new WeakMap<Socket, ServerResponse>();
  private readonly turns = new WeakMap<IncomingMessage, Promise<void>>();

  /** Must be called with each request when it arrives. */
  add(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const previous = this.latest.get(socket);
    this.latest.set(socket, response);
    response.once('close', () => {
      if (this.latest.get(socket) === response) this.latest.delete(socket);
    });
    if (!previous) return;
    // No further requests are read meanwhile, or a client could make any number of them wait.
    socket.pause();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.turns.set(request, promise);
    previous.once('close', () => {
      if (!socket.writable) return;
      socket.resume();
      resolve();
    });
  }

  /** Resolves when the requests before it are answered; never, if one of their answers closes the connection. */
  async turnOf(request: IncomingMessage): Promise<void> {
    await this.turns.get(request);
  }
}
