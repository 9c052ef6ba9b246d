import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What a proxy does wrong with a report. */
export type Fault =
  | 'none'
  /** Closes the connection, without or after forwarding the report. */
  | 'drop'
  | 'drop the answer'
  /** Answers with a crash id of its own, or with that of the report before, and forwards nothing. */
  | 'acknowledge'
  | 'acknowledge again'
  | 'alter the minidump'
  /** The vendor, in place. */
  | 'alter an annotation'
  | 'answer late'
  | 'forward twice'
  | 'pretend a rejection';

const madeUpId = '00000000-0000-4000-8000-000000261129';
/** Far above what a correct answer takes on a slow machine. */
export const lateMs = 3000;

/** A proxy before a collector that treats some reports wrongly. */
export class FaultyProxy {
  private faults: Fault[] = [];
  private lastAnswer: Answer | undefined;

  private constructor(
    private readonly server: Server,
    private readonly collector: URL,
  ) {
    server.on('request', (request, response) => {
      void (async () => {
        const answer = await this.answer(request);
        if (answer === undefined) request.socket.destroy();
        else response.writeHead(answer.status).end(answer.body);
      })();
    });
  }

  static async before(collector: string): Promise<FaultyProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyProxy(server, new URL(collector));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/submit`;
  }

  /** Sets the faults of the next reports that have a minidump and are not compressed, in order. */
  willDo(...faults: Fault[]): void {
    this.faults = faults;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage): Promise<Answer | undefined> {
    const body = await buffer(request);
    const minidump = body.indexOf('MDMP');
    const fault = (minidump !== -1 && this.faults.shift()) || 'none';
    switch (fault) {
      case 'drop':
        return undefined;
      case 'acknowledge':
        return { status: 200, body: `CrashID=bp-${madeUpId}\n` };
      case 'acknowledge again':
        return this.lastAnswer;
      case 'alter the minidump':
        body.writeUInt8(body.readUInt8(minidump + 100) ^ 1, minidump + 100);
        break;
      case 'alter an annotation':
        body.write('"Mozillo"', body.indexOf('"Mozilla"'));
        break;
      case 'answer late':
        await delay(lateMs);
        break;
      case 'forward twice':
        await this.forward(request, body);
        break;
      case 'none':
      case 'drop the answer':
      case 'pretend a rejection':
    }
    const answer = await this.forward(request, body);
    if (fault === 'drop the answer') return undefined;
    if (fault === 'pretend a rejection') return { ...answer, body: 'Discarded=rule_of_the_proxy' };
    return answer;
  }

  private async forward(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { headers, method = '' } = request;
    const outgoing = httpRequest(this.collector, { method, headers }).end(body);
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    const text = (await buffer(response)).toString();
    this.lastAnswer = { status: response.statusCode ?? 0, body: text };
    return this.lastAnswer;
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}
