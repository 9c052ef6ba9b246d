import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A Service with the behaviour of kube-proxy for TCP: each new connection goes to one of the endpoints and stays there
 * until one side ends it, even if the endpoint is removed. There are no retries.
 */
export class LoadBalancer {
  private readonly endpoints = new Set<number>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly random: () => number,
  ) {
    server.on('connection', (client) => this.connect(client));
  }

  static async start(random: () => number = Math.random): Promise<LoadBalancer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LoadBalancer(server, random);
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add(port: number): void {
    this.endpoints.add(port);
  }

  remove(port: number): void {
    this.endpoints.delete(port);
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private connect(client: Socket): void {
    const ports = [...this.endpoints];
    const port = ports[Math.floor(this.random() * ports.length)];
    // Without an endpoint, kube-proxy refuses connections.
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const pod = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [client, pod],
      [pod, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => this.sockets.delete(socket));
      socket.pipe(other);
    }
  }
}
