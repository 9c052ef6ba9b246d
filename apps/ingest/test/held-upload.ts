import { once } from 'node:events';
import { connect } from 'node:net';

import { waitFor } from '#antenna/testing';

/** A client that has sent a part of its request and waits to be told how it goes on. */
export interface HeldUpload {
  send(bytes: Buffer): void;
  /** Closes the connection: the rest never comes. */
  leave(): void;
  /** All that has come back, once a whole line of it has come. */
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
    answer: async () => {
      await waitFor(() => received.includes('\r\n\r\n'), {
        describe: 'the answer to a held upload',
      });
      socket.destroy();
      return received;
    },
  };
}
