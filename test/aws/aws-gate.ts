/**
 * Stands between one component and the S3 and SQS stand-ins. It lets through only what the component's
 * IAM policy allows, and breaks what passes in the ways in which AWS and networks break.
 */
import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

import { awsCallOf, isSqs } from './aws-call.js';
import type { AwsCall, IamPolicy } from './iam-policy.js';

/**
 * - `refuse` answers 503, `deny` 403, at once
 * - `hang` never answers
 * - `slow` passes the request on after a while
 * - `cut` breaks the connection in the middle of the request's body, or of the answer
 */
export type Fault = 'none' | 'refuse' | 'deny' | 'hang' | 'slow' | 'cut';

const slowMs = 1500;

export class AwsGate {
  s3Fault: Fault = 'none';
  sqsFault: Fault = 'none';
  /** Calls outside the policy; each was refused. */
  readonly violations: AwsCall[] = [];
  readonly calls = new Map<string, number>();
  /** Runs before an allowed call is passed on, or dropped without an answer. */
  onCall: ((call: AwsCall) => Promise<'pass' | 'drop'>) | undefined;
  private readonly hanging = new Set<ServerResponse>();
  private readonly server: Server;

  private constructor(
    private readonly target: URL,
    private readonly policy: IamPolicy,
  ) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async before(target: string, policy: IamPolicy): Promise<AwsGate> {
    const gate = new AwsGate(new URL(target), policy);
    gate.server.listen(0, '127.0.0.1');
    await once(gate.server, 'listening');
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends every fault; what hung is cut, as a client's own time-out would do. */
  heal(): void {
    this.s3Fault = 'none';
    this.sqsFault = 'none';
    for (const response of this.hanging) response.destroy();
    this.hanging.clear();
  }

  async close(): Promise<void> {
    this.heal();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = isSqs(request) ? this.sqsFault : this.s3Fault;
    request.on('error', () => response.destroy());
    response.on('error', () => request.destroy());
    if (fault === 'hang') {
      this.hanging.add(response);
      response.on('close', () => this.hanging.delete(response));
      return;
    }
    // Half of the cut requests reach the server: their caller cannot know that they succeeded.
    if (fault === 'cut' && Math.random() < 0.5) {
      cutRequest(request);
      return;
    }
    const body = await readBody(request);
    if (!body) return;
    const call = awsCallOf(request, body);
    this.calls.set(call.action, (this.calls.get(call.action) ?? 0) + 1);
    if (!this.policy.allows(call)) {
      this.violations.push(call);
      answerError(request, response, 403, 'AccessDenied');
      return;
    }
    if ((await this.onCall?.(call)) === 'drop') {
      response.destroy();
      return;
    }
    this.applyFault(fault, request, response, body);
  }

  private applyFault(
    fault: Exclude<Fault, 'hang'>,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): void {
    switch (fault) {
      case 'none':
        this.forward(request, response, body, 'whole');
        return;
      case 'refuse':
        answerError(request, response, 503, 'SlowDown');
        return;
      case 'deny':
        answerError(request, response, 403, 'AccessDenied');
        return;
      case 'slow':
        setTimeout(() => this.forward(request, response, body, 'whole'), slowMs);
        return;
      case 'cut':
        this.forward(request, response, body, 'cut');
        return;
    }
  }

  private forward(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    extent: 'whole' | 'cut',
  ): void {
    const onward: ClientRequest = httpRequest(
      {
        host: this.target.hostname,
        port: this.target.port,
        method: request.method,
        path: request.url,
        headers: { ...request.headers, host: this.target.host },
      },
      (answer) => {
        if (extent === 'cut') {
          cutAnswer(answer, response);
          return;
        }
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}

/** Breaks the connection when half of the body has come. */
function cutRequest(request: IncomingMessage): void {
  const { socket } = request;
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes >= half) socket.resetAndDestroy();
  });
  request.once('end', () => socket.resetAndDestroy());
}

/** Passes on the beginning of the body, if there is one, and breaks the connection. */
function cutAnswer(answer: IncomingMessage, response: ServerResponse): void {
  answer.once('data', (chunk: Buffer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => response.destroy());
  });
  answer.once('end', () => {
    if (!response.headersSent) response.destroy();
  });
}

/** Undefined when the client went away. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}

function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
): void {
  const sqs = isSqs(request);
  response.writeHead(status, {
    'content-type': sqs ? 'application/x-amz-json-1.0' : 'application/xml',
    ...(sqs && { 'x-amzn-errortype': code }),
  });
  response.end(
    sqs
      ? JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: code })
      : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  );
}
