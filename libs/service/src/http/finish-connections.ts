import type { Server as HttpServer } from 'node:http';
import { Server as TcpServer } from 'node:net';

/** How long a connection without a request may still bring one. */
const settleMs = 1000;
const closeIdleEveryMs = 100;

/**
 * Stops accepting connections and resolves when all have ended. Those that are idle are left open for a
 * moment first: a client may have sent its next request just now, and closing would cut it off. That request is
 * served and answered with `Connection: close`.
 *
 * http.Server's own close() ends idle connections at once, hence the one of net.Server.
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
