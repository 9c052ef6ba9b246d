import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import type { Metrics } from '#antenna/telemetry';
import { safePageHeaders } from '#antenna/web-page';

import { pageName } from './page-name.js';

const statusClasses = { 2: '2xx', 3: '3xx', 4: '4xx' } as const;

/** For forms, whose fields are all short. */
export const maxFormBytes = 16 * 1024;

/** Protects every answer, and counts those to users. Nothing is kept by browsers unless a controller says so. */
export function addHttpHooks(app: NestFastifyApplication, metrics: Metrics): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (_request, reply) => {
    void reply.headers({
      ...safePageHeaders,
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
  fastify.addHook('onResponse', async ({ routeOptions }, { statusCode, elapsedTime }) => {
    const page = pageName(routeOptions.url);
    const status =
      statusClasses[Math.floor(statusCode / 100) as keyof typeof statusClasses] ?? '5xx';
    metrics.increment('antenna.crash_stats.requests', { page, status });
    if (page !== 'other')
      metrics.record('antenna.crash_stats.request.duration', elapsedTime / 1000, { page });
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}
