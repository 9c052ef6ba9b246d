import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Answers one request after its body has been read. It may also leave the request without an answer. */
export type ScriptedAnswer = (response: ServerResponse, request: RecordedRequest) => void;

/** A scripted HTTP server on the loopback address, for failures that no real server produces on demand. */
export interface ScriptedServer {
  readonly url: string;
  /** The requests whose body was received completely, in that order. */
  readonly requests: readonly RecordedRequest[];
  /** The number of open connections. */
  connections(): Promise<number>;
  /** Sets the answers to the next requests, in order; the last one answers all further requests. */
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
    answer(request, response).catch(ignoreAbortedRequest);
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

/** Ignores aborted requests, which some tests cause on purpose. */
function ignoreAbortedRequest(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
}
