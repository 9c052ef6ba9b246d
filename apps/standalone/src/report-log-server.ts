/**
 * Streams the log lines about reports to `antenna tail`, on the loopback interface only. Not a route of ingest: behind a
 * proxy on this machine, all of the internet would come from there.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { LogDestination } from '#antenna/telemetry';
import { within } from '#antenna/time';

const maxReaders = 8;
/** Other users of this machine must not use up the files of the process, which ingest needs for uploads. */
const maxConnections = 32;
/** A reader with more unread bytes is dropped: intake never waits for one. */
const maxUnreadBytes = 1024 * 1024;
const finishMs = 1000;

export class ReportLogServer implements LogDestination {
  private readonly readers = new Set<ServerResponse>();
  private readonly server = createServer((request, response) => this.serve(request, response));
  /** Web pages and other users of the machine can reach the port, but do not know the path. */
  private readonly path = `/${randomUUID()}`;

  /** Starts to listen. Returns the URL that streams the lines, as they are written. */
  async listen(): Promise<string> {
    this.server.maxConnections = maxConnections;
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.path}`;
  }

  write(line: string): void {
    if (this.readers.size === 0 || !/"(?:outcome|crash_id)":/.test(line)) return;
    for (const reader of this.readers) {
      if (reader.writableLength < maxUnreadBytes) reader.write(line);
      else reader.destroy();
    }
  }

  /** Ends the streams: what has been logged still reaches readers that read. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const reader of this.readers) reader.end();
    this.readers.clear();
    await within(finishMs, closed);
    this.server.closeAllConnections();
  }

  private serve({ method, url }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('connection', 'close');
    if (method !== 'GET' || url !== this.path) {
      response.writeHead(404).end();
    } else if (this.readers.size >= maxReaders) {
      response.writeHead(503).end();
    } else {
      this.readers.add(response);
      response.on('close', () => this.readers.delete(response));
      response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
    }
  }
}
