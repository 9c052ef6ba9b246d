import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type ListenOptions, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { listen } from './listen.js';

const loopback = Object.values(networkInterfaces())
  .flatMap((addresses = []) => addresses.map(({ address }) => address))
  .filter((address) => ['127.0.0.1', '::1'].includes(address));

/** A server on a machine whose system refuses IPv6 with this error. */
class WithoutIpv6 extends Server {
  constructor(private readonly code: string) {
    super();
  }

  override listen(options: unknown): this {
    if ((options as ListenOptions).host !== '::') return super.listen(options as ListenOptions);
    setImmediate(() =>
      this.emit('error', Object.assign(new Error(this.code), { code: this.code })),
    );
    return this;
  }
}

describe('listening on ::', () => {
  it.each(loopback)('accepts connections to %s', async (host) => {
    const server = createServer((socket) => socket.end());
    await listen(server, { host: '::', port: 0 });
    const client = connect((server.address() as AddressInfo).port, host);
    await once(client, 'connect');
    expect(client.remoteAddress).toBe(host);
    client.destroy();
    server.close();
  });

  it.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])(
    'is listening on all of IPv4 when the system answers %s',
    async (code) => {
      const server = new WithoutIpv6(code);
      await listen(server, { host: '::', port: 0 });
      expect(server.address()).toMatchObject({ address: '0.0.0.0' });
      server.close();
    },
  );

  it('fails when the port is in use', async () => {
    await expect(listen(new WithoutIpv6('EADDRINUSE'), { host: '::', port: 0 })).rejects.toThrow(
      'EADDRINUSE',
    );
  });
});
