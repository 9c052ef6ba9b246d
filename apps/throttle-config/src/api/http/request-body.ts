import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  type PipeTransform,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { validateSync } from 'class-validator';

import { JsonError, parseJson } from '#antenna/crash-report';
import { isError } from '#antenna/errors';

/** Enough for the largest ruleset as a JSON string, together with the annotations of a report. */
export const maxBodyBytes = 1024 * 1024;
/** Parsing more of them would block the service; real reports have a few hundred annotations. */
export const bodyLimits = { maxDepth: 64, maxValues: 20_000 };

/** Parses JSON in the same way as ingest: numbers keep their spelling, and depth is limited. Other bodies are strings. */
export function addBodyParsers(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        done(null, parseJson(String(body), bodyLimits));
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

/**
 * Validates a JSON body against its DTO. A property that the DTO does not declare is an error. The values are not
 * converted, because the annotations of a report must stay exactly as they were parsed.
 */
@Injectable()
export class BodyPipe implements PipeTransform<unknown, object> {
  /** @throws {BadRequestException} with every problem */
  transform(body: unknown, { metatype }: ArgumentMetadata): object {
    if (typeof body !== 'object' || body === null || Array.isArray(body) || !metatype)
      throw new BadRequestException(['the body must be a JSON object']);
    const dto = Object.assign(new metatype() as object, body);
    const problems = validateSync(dto, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    });
    if (problems.length > 0) {
      const messages = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
      throw new BadRequestException(messages);
    }
    return dto;
  }
}
