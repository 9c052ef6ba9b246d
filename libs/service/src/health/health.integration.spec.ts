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
  it('answers 200 while every backend answers', async () => {
    health.addBackend('staging', async () => undefined);

    expect(await ask('/__heartbeat__')).toEqual({
      status: 200,
      body: { status: 'ok', checks: { staging: 'ok' }, errors: [] },
    });
  });

  it('answers 503 with the error of a failing backend, and counts and logs it', async () => {
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

  it('reports a backend that does not answer within the time limit', async () => {
    health.addBackend('silent', async () => await new Promise<void>(() => undefined));

    expect(await ask('/__heartbeat__')).toMatchObject({
      status: 503,
      body: { errors: ['silent: no answer within 2000 ms'] },
    });
  });

  it('does not affect the readiness and liveness probes when a backend fails', async () => {
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
  it('answer 503 for startup until every startup task is done', async () => {
    let scanned = false;
    health.addStartup('spool', () => scanned);

    expect(await ask('/health/startup')).toMatchObject({
      status: 503,
      body: { status: 'error', error: { spool: { status: 'down', message: 'not done yet' } } },
    });
    scanned = true;
    expect((await ask('/health/startup')).status).toBe(200);
  });

  it('report each readiness problem and log each change once', async () => {
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

  it('report the service as alive but not ready while it is draining', async () => {
    health.beginDraining();

    expect((await ask('/health/ready')).status).toBe(503);
    expect((await ask('/health/live')).status).toBe(200);
  });
});

describe('/__version__', () => {
  it('answers with exactly the fields of Dockerflow', async () => {
    expect(await ask('/__version__')).toEqual({
      status: 200,
      body: { source: '', version: expect.any(String), commit: '', build: '' },
    });
  });
});
