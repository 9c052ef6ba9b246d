import { once } from 'node:events';
import { connect } from 'node:net';

import { waitFor } from '#antenna/testing';

/** A client that has sent part of its request; the test decides how it continues. */
export interface HeldUpload {
  send(bytes: Buffer): void;
  /** Closes the connection before the rest is sent. */
  leave(): void;
  /** Whether the server has closed the connection. */
  closed(): boolean;
  /** The bytes received so far. */
  received(): string;
  /** Waits for the head of an answer, closes the connection, and returns all received bytes. */
  answer(): Promise<string>;
}

export async function holdUpload(port: number, bytes: Buffer): Promise<HeldUpload> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  await once(socket, 'connect');
  socket.write(bytes);
  return {
    send: (more) => void socket.write(more),
    leave: () => void socket.destroy(),
    closed: () => socket.destroyed,
    received: () => received,
    answer: async () => {
      await waitFor(() => received.includes('\r\n\r\n'), {
        describe: 'the answer to a held upload',
      });
      socket.destroy();
      return received;
    },
  };
}
