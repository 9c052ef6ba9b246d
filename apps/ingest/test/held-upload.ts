import { once } from 'node:events';
import { connect } from 'node:net';

import { waitFor } from '#antenna/testing';

/** A client that has sent a part of its request and waits to be told how it goes on. */
export interface HeldUpload {
  send(bytes: Buffer): void;
  /** Closes the connection: the rest never comes. */
  leave(): void;
  /** What has come back so far. */
  received(): string;
  /** All that has come back, once the head of an answer has come; ends the connection. */
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
