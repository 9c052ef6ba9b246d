import { type Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SubmitError, submitErrorFrom } from './submit-error.js';

/** A request that is ready to be sent. */
export interface ReportRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** In one piece or several. */
  readonly body: Buffer | readonly Buffer[];
}

export interface SubmitOptions {
  /** Rejects with a SubmitError of code `aborted`. */
  readonly signal?: AbortSignal;
  /** From the first byte sent to the last byte of the answer. Default: 60 seconds. */
  readonly timeoutMs?: number;
  /** Default: Node's global agent, which keeps connections alive and does not limit their number. */
  readonly agent?: Agent;
  /** Sends `Transfer-Encoding: chunked` and no `Content-Length`, as Crashpad does. */
  readonly chunked?: boolean;
  /** Further request headers, such as `User-Agent` or `traceparent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The collector's answer, with at most one of `crashId` and `discarded`. */
export interface SubmitAnswer {
  readonly status: number;
  readonly body: string;
  /** The crash id of `CrashID=bp-…`, without the prefix; absent when it has another form than those of collectors. */
  readonly crashId?: string;
  /** The reason of `Discarded=…`. */
  readonly discarded?: string;
}

const defaultTimeoutMs = 60_000;
/** Maximum size of one write to the socket, and so of a chunk. */
const chunkBytes = 64 * 1024;
/** A collector answers with one line; an error page of a proxy can be longer. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts one report and reads the answer, whatever its status. Does not retry.
 * @throws SubmitError without a complete answer of at most 64 KiB
 */
export function submit(
  url: string | URL,
  report: ReportRequest,
  options: SubmitOptions = {},
): Promise<SubmitAnswer> {
  const address = new URL(url);
  const request = address.protocol === 'https:' ? httpsRequest : httpRequest;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;

  return new Promise((resolve, reject) => {
    const outgoing = request(address, {
      method: 'POST',
      headers: requestHeaders(report, options),
      ...(options.agent && { agent: options.agent }),
    });
    const giveUp = (error: SubmitError): void => {
      stopWaiting();
      reject(error);
      outgoing.destroy();
    };
    const abort = (): void =>
      giveUp(new SubmitError('aborted', `sending to ${address.href} was cancelled`));
    const deadline = setTimeout(() => {
      giveUp(new SubmitError('timeout', `no answer from ${address.href} within ${timeoutMs} ms`));
    }, timeoutMs);
    const stopWaiting = (): void => {
      clearTimeout(deadline);
      options.signal?.removeEventListener('abort', abort);
    };
    const succeed = (answer: SubmitAnswer): void => {
      stopWaiting();
      resolve(answer);
    };
    const fail = (error: unknown): void =>
      giveUp(error instanceof SubmitError ? error : submitErrorFrom(address, error));

    // The connection may break after an early answer while the body is still being sent: the answer
    // counts, because a settled promise ignores what fails later.
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      readAnswer(response, address).then(succeed, fail);
    });

    if (options.signal?.aborted === true) {
      abort();
      return;
    }
    options.signal?.addEventListener('abort', abort, { once: true });
    for (const piece of Buffer.isBuffer(report.body) ? [report.body] : report.body) {
      for (let start = 0; start < piece.length; start += chunkBytes)
        outgoing.write(piece.subarray(start, start + chunkBytes));
    }
    outgoing.end();
  });
}

function requestHeaders(report: ReportRequest, options: SubmitOptions): Record<string, string> {
  const { 'Content-Length': contentLength, ...headers } = report.headers;
  return {
    ...headers,
    ...(options.chunked !== true && contentLength !== undefined
      ? { 'Content-Length': contentLength }
      : { 'Transfer-Encoding': 'chunked' }),
    ...options.headers,
  };
}

async function readAnswer(response: IncomingMessage, { href }: URL): Promise<SubmitAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > maxAnswerBytes)
      throw new SubmitError('failed', `${href} answers with more than ${maxAnswerBytes} bytes`);
  }
  const body = Buffer.concat(chunks).toString();
  const crashId = /^CrashID=(?:bp-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$/m.exec(
    body,
  )?.[1];
  const discarded = /^Discarded=(\S+)/m.exec(body)?.[1];
  return {
    status: response.statusCode ?? 0,
    body,
    ...(crashId !== undefined && { crashId }),
    ...(discarded !== undefined && { discarded }),
  };
}
