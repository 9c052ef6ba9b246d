import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { errorMessage } from '#antenna/errors';
import { readVersion } from '#antenna/version';
import { headBytes } from '../symbol-file.js';
import { SymbolsError } from '../symbols-error.js';
import type { Part, SymbolSource } from './symbol-source.js';

const maxRedirects = 5;
const redirects: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);
/** An answer up to this size is read to its end, so that its connection can be used again. */
const drainedBytes = 64 * 1024;

/**
 * A symbol server. It gets to know which modules crash. Asked for nothing but paths below its address; it may redirect
 * to other servers, but not from https to http.
 */
export class HttpSymbols implements SymbolSource {
  readonly kind = 'http';
  private readonly agents: { readonly [protocol: string]: http.Agent };
  private readonly userAgent = `antenna/${readVersion().version}`;

  constructor(
    readonly location: string,
    maxSockets: number,
  ) {
    const options = { keepAlive: true, maxSockets };
    this.agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  async open(path: string, part: Part, signal: AbortSignal): Promise<Readable | undefined> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    let url = new URL(`${this.location.replace(/\/+$/, '')}/${encoded}`);
    for (let count = 0; count <= maxRedirects; count += 1) {
      const answer = await this.get(url, part, signal);
      if (!redirects.has(answer.statusCode)) return fileIn(answer, part);
      discard(answer);
      url = redirected(url, answer.headers.location);
    }
    throw new SymbolsError('unreachable', `it redirects more than ${maxRedirects} times`);
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private get(url: URL, part: Part, signal: AbortSignal): Promise<http.IncomingMessage> {
    const headers = {
      'user-agent': this.userAgent,
      'accept-encoding': 'gzip',
      ...(part === 'head' && { range: `bytes=0-${headBytes - 1}` }),
    };
    const { get } = url.protocol === 'https:' ? https : http;
    return new Promise((resolve, reject) => {
      get(url, { agent: this.agents[url.protocol], headers, signal }, resolve).on(
        'error',
        (error) => {
          reject(
            signal.aborted
              ? (signal.reason as Error)
              : new SymbolsError('unreachable', errorMessage(error), { cause: error }),
          );
        },
      );
    });
  }
}

/** @throws SymbolsError unless the answer is a file, or says that there is none */
function fileIn(answer: http.IncomingMessage, part: Part): Readable | undefined {
  const { statusCode: status = 0, headers } = answer;
  if (status === 200 || (status === 206 && part === 'head')) {
    // Otherwise, a broken connection looks like the end of the file.
    const isChunked = headers['transfer-encoding']?.toLowerCase() === 'chunked';
    if (isChunked || headers['content-length'] !== undefined) return answer;
    answer.destroy();
    throw new SymbolsError(
      'unreachable',
      'its answer has no Content-Length, so it may be incomplete',
    );
  }
  discard(answer);
  if (status === 404 || status === 410) return undefined;
  const isPassing = status >= 500 || status === 429 || status === 408;
  throw new SymbolsError(isPassing ? 'unreachable' : 'refused', `it answered ${status}`);
}

function redirected(from: URL, location = ''): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const isAllowed =
    to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (location !== '' && to && isAllowed && to.username === '' && to.password === '') return to;
  throw new SymbolsError(
    'unreachable',
    'it redirects to what is no address with http:// or https://, or from https to http',
  );
}

function discard(answer: http.IncomingMessage): void {
  // Nobody waits for the rest, and its failure means nothing.
  answer.on('error', () => undefined);
  if (Number(answer.headers['content-length']) <= drainedBytes) answer.resume();
  else answer.destroy();
}
