import type { ServerResponse } from 'node:http';

import { apiStatus } from './api-status.js';
import type { Change, ObjectStore } from './object-store.js';

/** The open watches, each a chunked answer with one JSON object per line. */
export class WatchResponses {
  private readonly open = new Set<ServerResponse>();

  get count(): number {
    return this.open.size;
  }

  /** Answers a watch with the changes since its version and all later ones, or with 410 if the version is too old. */
  follow(
    response: ServerResponse,
    store: ObjectStore,
    from: number,
    isWanted: (change: Change) => boolean,
  ): void {
    const past = store.since(from);
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    response.flushHeaders();
    if (!past) {
      send(response, 'ERROR', apiStatus(410, `too old resource version: ${from}`));
      return;
    }
    const deliver = (change: Change): void => {
      if (isWanted(change)) send(response, change.type, change.object);
    };
    past.forEach(deliver);
    const stopDelivering = store.onChange(deliver);
    const forget = (): void => {
      stopDelivering();
      this.open.delete(response);
    };
    this.open.add(response);
    response.once('prefinish', forget);
    response.once('close', forget);
  }

  /** Sends a line to every watch. */
  send(type: string, object: unknown): void {
    for (const response of this.open) send(response, type, object);
  }

  /** Sends bytes that are not a valid line of a watch. */
  sendRaw(text: string): void {
    for (const response of this.open) response.write(text);
  }

  /** Ends the streams, as a server does after its timeout for watches. */
  end(): void {
    for (const response of this.open) response.end();
  }

  /** Closes the connections in the middle of the stream. */
  cut(): void {
    for (const response of this.open) response.destroy();
  }
}

function send(response: ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}
