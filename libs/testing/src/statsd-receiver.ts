import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A statsd server on the loopback address that records one line per received metric. */
export interface StatsdReceiver {
  readonly port: number;
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

export async function startStatsdReceiver(): Promise<StatsdReceiver> {
  const socket = createSocket('udp4');
  const lines: string[] = [];
  socket.on('message', (packet) => lines.push(...packet.toString().split('\n').filter(Boolean)));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    lines,
    stop: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
