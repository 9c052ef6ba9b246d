import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';

/** How long a connection without a request may still bring one after a shutdown began. */
const settleMs = 1000;
const closeIdleEveryMs = 100;
/** How long after that a client may take to read an answer that was given before its request was complete. */
const readAnswerMs = 5000;
/** The share of the limit that is kept for new connections, so that probes always get in. */
const reservedShare = 1 / 8;

interface Connection {
  readonly key: string;
  /** The TCP connection, also below TLS. */
  readonly socket: Socket;
  /** The unfinished answers, in the order of their requests. */
  readonly answers: Set<ServerResponse>;
}

/**
 * The open connections of an HTTP or HTTPS server. Node closes only those as idle that have sent a request before, and
 * refuses new ones at `maxConnections`: a client that sends nothing would delay a shutdown and shut out probes.
 */
export class Connections {
  private readonly open = new Map<string, Connection>();
  /** Those without a request in progress, the longest idle first. */
  private readonly idle = new Set<Connection>();

  private readonly reserved: number;

  /** @param max most open connections; a new one closes the longest idle one if needed, and is refused if none is idle */
  constructor(
    private readonly server: HttpServer,
    private readonly max: number = Number.MAX_SAFE_INTEGER,
  ) {
    this.reserved = Math.ceil(max * reservedShare);
    server.on('connection', (socket: Socket) => this.add(socket));
    server.prependListener('request', this.onRequest);
  }

  /**
   * Stops accepting connections and resolves when all have ended. Idle ones stay open for a moment first: a client may
   * just have sent its next request, and closing would cut it off. At the time limit, all others are closed.
   */
  async finish(limitMs: number): Promise<void> {
    if (!this.server.listening) return;
    let closingIdle: NodeJS.Timeout | undefined;
    const timers = [
      setTimeout(() => {
        closingIdle = setInterval(() => this.closeIdle(), closeIdleEveryMs);
      }, settleMs),
      setTimeout(() => this.closeOpen(isAnswered), settleMs + readAnswerMs),
      setTimeout(() => this.closeOpen(), Math.max(settleMs, limitMs)),
    ];
    await new Promise<void>((resolve) => {
      // close() of http.Server would end idle connections at once.
      TcpServer.prototype.close.call(this.server, () => resolve());
    });
    for (const timer of timers) clearTimeout(timer);
    clearInterval(closingIdle);
  }

  private closeIdle(): void {
    for (const { socket } of this.idle) socket.destroy();
  }

  private closeOpen(condition: (connection: Connection) => boolean = () => true): void {
    for (const connection of this.open.values())
      if (condition(connection)) connection.socket.destroy();
  }

  private add(socket: Socket): void {
    if (!this.makeRoom()) {
      socket.destroy();
      return;
    }
    const connection: Connection = { key: keyOf(socket), socket, answers: new Set() };
    this.open.set(connection.key, connection);
    this.idle.add(connection);
    socket.once('close', () => this.forget(connection));
  }

  /** The newest idle connections are closed last: their first request may be on its way. */
  private makeRoom(): boolean {
    if (this.open.size < this.max - this.reserved) return true;
    if (this.open.size < this.max && this.idle.size <= this.reserved) return true;
    const [longestIdle] = this.idle;
    const dispensable = longestIdle ?? [...this.open.values()].find(isAnswered);
    if (!dispensable) return false;
    this.forget(dispensable);
    dispensable.socket.destroy();
    return true;
  }

  private forget(connection: Connection): void {
    this.idle.delete(connection);
    if (this.open.get(connection.key) === connection) this.open.delete(connection.key);
  }

  private readonly onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const connection = this.open.get(keyOf(socket));
    if (!connection) return;
    this.idle.delete(connection);
    connection.answers.add(response);
    response.once('close', () => this.onAnswered(connection, response));
  };

  private onAnswered(connection: Connection, response: ServerResponse): void {
    connection.answers.delete(response);
    if (connection.answers.size === 0 && this.open.get(connection.key) === connection)
      this.idle.add(connection);
  }
}

/** A request over TLS has another socket object than its connection, but the same client address. */
function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}

/** The answer is sent, but the client still sends its request, or does not read. */
function isAnswered({ answers }: Connection): boolean {
  const [first] = answers;
  return first?.headersSent === true;
}
