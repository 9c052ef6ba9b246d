import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { Controller, Get, Injectable, Module, type OnModuleInit, Post } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger } from '#antenna/testing';
import { ServiceConfig } from '../config/service-config.js';
import { StartupError } from '../startup-error.js';
import {
  type HttpServiceOptions,
  type RunningService,
  startHttpService,
} from './start-http-service.js';

@Controller()
class TrialController {
  @Get('fault')
  fault(): never {
    throw new Error('the password is hunter2');
  }

  @Post('upload')
  upload() {
    return 'read';
  }
}

@Module({ controllers: [TrialController] })
class TrialModule {}

@Injectable()
class NeedsDisk implements OnModuleInit {
  onModuleInit(): never {
    throw new StartupError('the disk is full');
  }
}

@Module({ providers: [NeedsDisk] })
class NoDiskModule {}

const running: RunningService[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (service) => await service.close()));
});

const logger = recordingLogger();

async function start(options: Partial<HttpServiceOptions> = {}): Promise<RunningService> {
  const service = await startHttpService({
    module: TrialModule,
    config: Object.assign(new ServiceConfig(), { host: '127.0.0.1', port: 0 }),
    logger,
    metrics: metricsForTests().metrics,
    ...options,
  });
  running.push(service);
  return service;
}

describe('the default answers of a service', () => {
  it.each([
    ['GET', '/nowhere', 404, 'Not Found\n'],
    ['POST', '/nowhere', 404, 'Not Found\n'],
    ['POST', '/upload', 415, 'Unsupported Media Type\n'],
    ['GET', '/%zz', 400, 'Bad Request\n'],
  ])(
    'answer %s %s with status %i and one line of plain text',
    async (method, path, status, body) => {
      const { url } = await start();
      const upload = { body: 'x', headers: { 'content-type': 'multipart/form-data; boundary=x' } };
      const answer = await fetch(url + path, { method, ...(method === 'POST' && upload) });

      expect([answer.status, await answer.text()]).toEqual([status, body]);
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    },
  );

  it.each([
    ['POST', '/fault', 'GET, HEAD'],
    ['OPTIONS', '/fault', 'GET, HEAD'],
    ['GET', '/upload', 'POST'],
    ['SEARCH', '/upload', 'POST'],
    ['PURGE', '/upload?x=y', 'POST'],
    ['DELETE', '/__version__', 'GET, HEAD'],
  ])('answer %s %s with status 405 and the methods that exist', async (method, path, allow) => {
    const { url } = await start();
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await fetch(url + path, {
      method,
      ...(method === 'POST' && { body: 'x', headers }),
    });

    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(await answer.text()).toBe(`this path has only ${allow}\n`);
  });

  it('answer HEAD like GET, without a body', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/__lbheartbeat__`, { method: 'HEAD' });

    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('report an internal error as a 500 without details and log it once', async () => {
    const { url } = await start();
    logger.lines.length = 0;
    const answer = await fetch(`${url}/fault?token=secret`);

    expect([answer.status, await answer.text()]).toEqual([500, 'Internal Server Error\n']);
    expect(logger.lines).toEqual([
      {
        level: 'error',
        message: 'request failed',
        fields: { error: expect.any(Error), method: 'GET', route: '/fault' },
      },
    ]);
  });

  it('do not name the server software in headers', async () => {
    const { url } = await start();
    const { headers } = await fetch(`${url}/nowhere`);

    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  });
});

const user = existsSync('/proc/net/tcp') ? ` by node (pid ${process.pid})` : '';

describe('the start of a service', () => {
  it('logs its address', async () => {
    logger.lines.length = 0;
    const { url } = await start();

    const logged = logger.lines.filter(({ level }) => level !== 'debug');
    expect(logged).toEqual([{ level: 'info', message: `listening on ${url}`, fields: {} }]);
  });

  it('fails with a one-line error that names the process, and logs no other error, if the port is in use', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    logger.lines.length = 0;

    await expect(start({ config: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      name: 'StartupError',
      message: `cannot listen on 127.0.0.1:${port}: the port is in use${user}; set PORT to another`,
    });
    const config = { host: '127.0.0.1', port, portSetting: 'CRASHMOVER_PORT' };
    await expect(start({ config })).rejects.toThrow('; set CRASHMOVER_PORT to another');
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    [
      '192.0.2.1',
      /^cannot listen on 192\.0\.2\.1:0: this machine does not have the address; set HOST/,
    ],
    [
      'no-such-host.invalid',
      /^cannot listen on no-such-host\.invalid:0: the host name is unknown; set HOST/,
    ],
  ])('fails with a one-line error on the host %s', async (host, message) => {
    await expect(start({ config: { host, port: 0 } })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(message),
    });
  });

  it('fails with the error of its module and releases the port', async () => {
    const { server, port } = await occupied();
    server.close();
    logger.lines.length = 0;

    const config = { host: '127.0.0.1', port };
    await expect(start({ module: NoDiskModule, config })).rejects.toThrow('the disk is full');
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await expect(start({ config })).resolves.toMatchObject({ url: `http://127.0.0.1:${port}` });
  });
});

async function occupied() {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address ? address.port : 0 };
}
