import {
  type ArgumentMetadata,
  BadRequestException,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type PipeTransform,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiSchema, type ApiSchemaOptions } from '@nestjs/swagger';
import { ValidateIf, validateSync } from 'class-validator';
import type { FastifyRequest } from 'fastify';

import { JsonError, parseJson } from '#antenna/crash-report';
import { isError } from '#antenna/errors';

/** Enough for the largest ruleset as a JSON string, together with the annotations of a report. */
export const maxBodyBytes = 1024 * 1024;
/** Parsing more of them would block the service; real reports have a few hundred annotations. */
export const bodyLimits = { maxDepth: 64, maxValues: 20_000 };

const notAnObject = 'the body must be a JSON object';

/**
 * Parses JSON in the same way as ingest: numbers keep their spelling, and depth is limited. Other bodies are strings;
 * a JSON string is refused, because it would be taken for one of them.
 */
export function addBodyParsers(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (_request, body, done) => {
      try {
        const value = parseJson(String(body), bodyLimits);
        done(typeof value === 'string' ? new BadRequestException([notAnObject]) : null, value);
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
  protected readonly unknownProperties: 'refused' | 'ignored' = 'refused';

  /** @throws {BadRequestException} with every problem */
  transform(body: unknown, { metatype }: ArgumentMetadata): object {
    if (typeof body !== 'object' || body === null || Array.isArray(body) || !metatype)
      throw new BadRequestException([notAnObject]);
    const dto = Object.assign(new metatype() as object, body);
    const problems = validateSync(dto, {
      whitelist: true,
      forbidNonWhitelisted: this.unknownProperties === 'refused',
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

/** For bodies of other services, which can be newer: a property that the DTO does not declare is dropped. */
@Injectable()
export class TolerantBodyPipe extends BodyPipe {
  protected override readonly unknownProperties = 'ignored';
}

/**
 * The body as JSON, or the YAML document itself: `curl --data-binary @ruleset.yaml`. With Nest's own `@Body`, the API
 * description could not have a schema for each.
 */
export const RulesetBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext): unknown => {
    const { body } = context.switchToHttp().getRequest<FastifyRequest>();
    return typeof body === 'string' ? { ruleset: body } : body;
  },
);

/** The body may lack the property. Unlike with `IsOptional`, null is not allowed. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_body, value) => value !== undefined);
}

/** Describes in the API description that `BodyPipe` refuses other properties. */
export function ApiNoOtherProperties(): ClassDecorator {
  // Nest copies all options into the schema, but its type declares only some of them.
  const options: ApiSchemaOptions & { readonly additionalProperties: false } = {
    additionalProperties: false,
  };
  return ApiSchema(options);
}
