import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';

/** The answer of an API server, with its warnings. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
  /** The messages of its `Warning` headers. */
  readonly warnings: readonly string[];
}

/** The calls with which a spec prepares a real API server. */
export class AdminClient {
  constructor(
    private readonly server: string,
    private readonly token: string,
    private readonly ca: string,
  ) {}

  /** The body; undefined for 404. */
  async get(path: string): Promise<string | undefined> {
    const { status, body } = await this.call('GET', path);
    if (status === 404) return undefined;
    return succeeded({ status, body }, `GET ${path}`);
  }

  async post(path: string, body: object): Promise<void> {
    succeeded(await this.call('POST', path, body), `POST ${path}`);
  }

  async put(path: string, body: object): Promise<void> {
    succeeded(await this.call('PUT', path, body), `PUT ${path}`);
  }

  async delete(path: string): Promise<void> {
    succeeded(await this.call('DELETE', path), `DELETE ${path}`);
  }

  /** Returns any answer, for calls that may be refused. */
  async call(method: string, path: string, body?: object): Promise<ApiAnswer> {
    const call = request(this.server + path, {
      method,
      ca: this.ca,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const warnings = response.headersDistinct['warning'] ?? [];
    return { status: response.statusCode ?? 0, body: text, warnings: warnings.map(warningMessage) };
  }
}

function succeeded({ status, body }: Omit<ApiAnswer, 'warnings'>, what: string): string {
  if (status >= 300) throw new Error(`${what}: ${status} ${body}`);
  return body;
}

/** The message of `299 - "message"` (RFC 7234, section 5.5), which is a quoted string. */
function warningMessage(header: string): string {
  const [, quoted = header] = /^\d{3} \S+ "(.*)"$/.exec(header) ?? [];
  return quoted.replaceAll(/\\(.)/g, '$1');
}
