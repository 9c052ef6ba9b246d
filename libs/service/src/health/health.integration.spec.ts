import { Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger } from '#antenna/testing';
import { type RunningService, startHttpService } from '../http/start-http-service.js';
import { HealthRegistry } from './health-registry.js';

@Module({})
class NothingModule {}

const logger = recordingLogger();
const telemetry = metricsForTests();
let service: RunningService;
let health: HealthRegistry;

beforeEach(async () => {
  service = await startHttpService({
    module: NothingModule,
    config: { host: '127.0.0.1', port: 0 },
    logger,
    metrics: telemetry.metrics,
  });
  health = service.app.get(HealthRegistry);
  logger.lines.length = 0;
});

afterEach(async () => {
  await service.close();
});

async function ask(path: string) {
  const answer = await fetch(service.url + path);
  return { status: answer.status, body: await answer.json() };
}

describe('/__heartbeat__', () => {
  it('is 200 while every backend answers', async () => {
    health.addBackend('staging', async () => undefined);

    expect(await ask('/__heartbeat__')).toEqual({
      status: 200,
      body: { status: 'ok', checks: { staging: 'ok' }, errors: [] },
    });
  });

  it('is 503 with what went wrong, counted and logged', async () => {
    health.addBackend('staging', async () => undefined);
    health.addBackend('intake', async () => {
      throw new Error('access denied', { cause: new Error('no key') });
    });

    expect(await ask('/__heartbeat__')).toEqual({
      status: 503,
      body: {
        status: 'error',
        checks: { staging: 'ok', intake: 'error' },
        errors: ['intake: access denied: no key'],
      },
    });
    expect(await telemetry.value('antenna.health.failures', { check: 'intake' })).toBe(1);
    expect(logger.messages).toEqual(['health check of intake failed']);
  });

  it('gives up on a backend that does not answer', async () => {
    health.addBackend('silent', async () => await new Promise<void>(() => undefined));

    expect(await ask('/__heartbeat__')).toMatchObject({
      status: 503,
      body: { errors: ['silent: no answer within 2000 ms'] },
    });
  });

  it('says nothing of readiness, and a red heartbeat is still ready and alive', async () => {
    health.addBackend('staging', async () => {
      throw new Error('down');
    });

    expect((await ask('/__heartbeat__')).status).toBe(503);
    expect((await ask('/health/ready')).status).toBe(200);
    expect((await ask('/health/live')).status).toBe(200);
    expect((await ask('/__lbheartbeat__')).status).toBe(200);
  });
});

describe('the probes', () => {
  it('startup is 503 until everything has been done', async () => {
    let scanned = false;
    health.addStartup('spool', () => scanned);

    expect(await ask('/health/startup')).toMatchObject({
      status: 503,
      body: { status: 'error', error: { spool: { status: 'down', message: 'not done yet' } } },
    });
    scanned = true;
    expect((await ask('/health/startup')).status).toBe(200);
  });

  it('readiness follows its reasons, and the log tells of each change once', async () => {
    let problem: string | undefined = 'the spool is full';
    health.addReadiness('spool', () => problem);

    expect(await ask('/health/ready')).toMatchObject({
      status: 503,
      body: { error: { spool: { message: 'the spool is full' } } },
    });
    await ask('/health/ready');
    problem = undefined;
    expect((await ask('/health/ready')).status).toBe(200);
    await ask('/health/ready');
    expect(logger.messages).toEqual(['not ready: the spool is full', 'ready again']);
  });

  it('is not ready while draining, and still alive', async () => {
    health.beginDraining();

    expect((await ask('/health/ready')).status).toBe(503);
    expect((await ask('/health/live')).status).toBe(200);
  });
});

describe('/__version__', () => {
  it('has exactly the fields of Dockerflow', async () => {
    expect(await ask('/__version__')).toEqual({
      status: 200,
      body: { source: '', version: expect.any(String), commit: '', build: '' },
    });
  });
});
