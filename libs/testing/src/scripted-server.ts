import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Answers one request, whose body has been read; an answer that never comes is a silent server. */
export type ScriptedAnswer = (response: ServerResponse, request: RecordedRequest) => void;

/** An HTTP server on the loopback address that answers by a script, for failures no real server makes on demand. */
export interface ScriptedServer {
  readonly url: string;
  /** Those whose body came whole, in that order. */
  readonly requests: readonly RecordedRequest[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** Answers the next requests, each by one of these; the last one answers all further ones. */
  script(...answers: readonly ScriptedAnswer[]): void;
  stop(): Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: RecordedRequest[] = [];
  let script: ScriptedAnswer[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const recorded = await read(request);
    requests.push(recorded);
    const next = script.length > 1 ? script.shift() : script[0];
    next?.(response, recorded);
  };
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    answer(request, response).catch(ignoreCutRequest);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      }),
    script(...answers) {
      script = [...answers];
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body: Buffer.concat(chunks) };
}

/** A client that goes away in the middle is what some tests are about. */
function ignoreCutRequest(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
}
