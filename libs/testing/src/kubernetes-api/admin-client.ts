import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';

/** The few calls with which a spec prepares a real API server. */
export class AdminClient {
  constructor(
    private readonly server: string,
    private readonly token: string,
    private readonly ca: string,
  ) {}

  /** The body; undefined for 404. */
  async get(path: string): Promise<string | undefined> {
    return await this.call('GET', path);
  }

  async post(path: string, body: object): Promise<void> {
    await this.call('POST', path, body);
  }

  async put(path: string, body: object): Promise<void> {
    await this.call('PUT', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.call('DELETE', path);
  }

  private async call(method: string, path: string, body?: object): Promise<string | undefined> {
    const call = request(this.server + path, {
      method,
      ca: this.ca,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
    });
    call.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    const status = response.statusCode ?? 0;
    if (status === 404 && method === 'GET') return undefined;
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return text;
  }
}
