import type { Server as HttpServer } from 'node:http';
import { Server as TcpServer } from 'node:net';

/** How long a connection without a request may still bring one. */
const settleMs = 1000;
const closeIdleEveryMs = 100;

/**
 * Stops accepting connections and resolves when all have ended. Idle ones stay open for a moment first: a client may
 * just have sent its next request, and closing would cut it off. That request is answered with `Connection: close`.
 *
 * Uses close() of net.Server, because close() of http.Server ends idle connections at once.
 */
export async function finishConnections(server: HttpServer): Promise<void> {
  if (!server.listening) return;
  let closingIdle: NodeJS.Timeout | undefined;
  const settled = setTimeout(() => {
    server.closeIdleConnections();
    closingIdle = setInterval(() => server.closeIdleConnections(), closeIdleEveryMs);
  }, settleMs);
  await new Promise<void>((resolve) => {
    TcpServer.prototype.close.call(server, () => resolve());
  });
  clearTimeout(settled);
  clearInterval(closingIdle);
}
