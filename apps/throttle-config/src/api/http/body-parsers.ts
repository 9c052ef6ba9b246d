import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { JsonError, parseJson } from '#antenna/crash-report';
import { isError } from '#antenna/telemetry';

/** The largest ruleset as a JSON text, with room for a report's annotations beside it. */
export const maxBodyBytes = 1024 * 1024;
const maxDepth = 64;

/** Reads JSON as ingest reads a report's: numbers keep their spelling, nesting is bounded. Forms and YAML are texts. */
export function addBodyParsers(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        done(null, parseJson(String(body), { maxDepth }));
      } catch (error) {
        done(badRequest(error));
      }
    },
  );
  fastify.addContentTypeParser(
    ['application/yaml', 'text/yaml', 'text/plain', 'application/x-www-form-urlencoded'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
}

function badRequest(error: unknown): Error {
  if (!isError(error)) return new Error(String(error));
  return error instanceof JsonError ? Object.assign(error, { statusCode: 400 }) : error;
}
