import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Controller, Get, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { metricsForTests } from '#antenna/telemetry';
import { silentLogger } from '#antenna/testing';
import { HealthRegistry } from '../health/health-registry.js';
import {
  type HttpServiceOptions,
  type RunningService,
  startHttpService,
} from './start-http-service.js';

const events: string[] = [];

/** A request that waits until the spec releases it. */
class Held {
  arrive = (): void => undefined;
  release = (): void => undefined;
  readonly arrived = new Promise<void>((resolve) => {
    this.arrive = resolve;
  });
  readonly released = new Promise<void>((resolve) => {
    this.release = resolve;
  });
}

let held = new Held();

@Controller()
class SlowController {
  @Get('slow')
  async slow(): Promise<string> {
    held.arrive();
    await held.released;
    events.push('answered');
    return 'done';
  }
}

@Injectable()
class Drains implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    events.push('shutdown hook');
  }
}

@Module({ controllers: [SlowController], providers: [Drains] })
class SlowModule {}

async function start(options: Partial<HttpServiceOptions> = {}) {
  held = new Held();
  events.length = 0;
  return await startHttpService({
    module: SlowModule,
    config: { host: '127.0.0.1', port: 0 },
    logger: silentLogger,
    metrics: metricsForTests().metrics,
    ...options,
  });
}

/** A client that has sent these bytes. */
async function connected({ url }: RunningService, bytes: string): Promise<Socket> {
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.on('error', () => undefined).resume();
  await once(client, 'connect');
  client.write(bytes);
  return client;
}

describe('closing a service', () => {
  it('finishes the requests in flight, then runs the shutdown hooks', async () => {
    const service = await start();
    const answer = get(`${service.url}/slow`);
    await held.arrived;
    const closed = service.close();
    held.release();

    const { status, body, connection } = await answer;
    expect([status, body]).toEqual([200, 'done']);
    expect(connection).toBe('close');
    await closed;
    expect(events).toEqual(['answered', 'shutdown hook']);
  });

  it('makes the service not ready before anything else', async () => {
    const service = await start();
    const health = service.app.get(HealthRegistry);
    const answer = get(`${service.url}/slow`);
    await held.arrived;
    const closed = service.close();

    expect(health.readinessProblems().get('draining')).toBe('the service is shutting down');
    held.release();
    await Promise.all([answer, closed]);
  });

  it('does not wait for idle keep-alive connections', async () => {
    const service = await start();
    held.release();
    const agent = new Agent({ keepAlive: true });
    await get(`${service.url}/slow`, agent);

    await expect(service.close()).resolves.toBeUndefined();
    agent.destroy();
  });

  it.each([
    ['sends nothing', ''],
    ['sent a part of its request line', 'GET /sl'],
    ['sent a part of its headers', 'GET /slow HTTP/1.1\r\nHost: a\r\n'],
    ['sent bytes that are no request', '\u0016\u0003\u0001'],
  ])('does not wait for a connection that %s', async (_case, bytes) => {
    const service = await start();
    const client = await connected(service, bytes);
    const ended = once(client, 'close');

    await expect(service.close()).resolves.toBeUndefined();
    await ended;
    expect(events).toEqual(['shutdown hook']);
  });

  it('closes connections at the time limit while a request is in flight', async () => {
    const service = await start({ finishMs: 1000 });
    const client = await connected(service, 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    await held.arrived;
    const ended = once(client, 'close');

    await expect(service.close()).resolves.toBeUndefined();
    await ended;
    expect(events).toEqual(['shutdown hook']);
    held.release();
  });

  it('runs only once even if close is called several times', async () => {
    const service = await start();
    await Promise.all([service.close(), service.close()]);
    await service.close();

    expect(events).toEqual(['shutdown hook']);
  });

  it('refuses connections afterwards', async () => {
    const service = await start();
    await service.close();

    await expect(get(`${service.url}/slow`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

async function get(url: string, agent = new Agent({ keepAlive: true })) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { agent }, resolve).on('error', reject).end();
  });
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body, connection: response.headers.connection };
}
