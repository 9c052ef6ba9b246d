import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const endOfHead = '\r\n\r\n';

/**
 * A connection that sends one report after another. It parses only answers with a Content-Length, because it shares
 * the machine with the server and must be cheap.
 */
export class ClientConnection {
  private received = '';
  private waiting: PromiseWithResolvers<string> | undefined;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => this.read(chunk.toString('latin1')));
    socket.on('error', (error) => this.waiting?.reject(error));
    socket.on('close', () => this.waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<ClientConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new ClientConnection(socket);
  }

  /**
   * Sends a request as it is and resolves with status and body of the answer: `200 CrashID=…`.
   * @throws Error when the connection breaks or was closed before
   */
  async exchange(request: Buffer): Promise<string> {
    if (this.socket.destroyed) throw new Error('the server had closed the connection');
    this.waiting = Promise.withResolvers<string>();
    this.socket.write(request);
    const answer = await this.waiting.promise;
    this.waiting = undefined;
    return answer;
  }

  close(): void {
    this.socket.destroy();
  }

  private read(text: string): void {
    this.received += text;
    const headEnd = this.received.indexOf(endOfHead);
    if (headEnd === -1) return;
    const head = this.received.slice(0, headEnd);
    const bodyStart = headEnd + endOfHead.length;
    const bodyEnd = bodyStart + Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
    if (this.received.length < bodyEnd) return;
    const status = head.split(' ', 2)[1] ?? '';
    const body = this.received.slice(bodyStart, bodyEnd);
    this.received = this.received.slice(bodyEnd);
    this.waiting?.resolve(`${status} ${body}`);
  }
}
