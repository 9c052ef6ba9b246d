import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  HttpStatus,
  Injectable,
} from '@nestjs/common';
import type { NestInterceptor } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, map, type Observable } from 'rxjs';

import { CrashIndexError } from '#antenna/crash-index';
import { contextFrom, inSpan } from '#antenna/telemetry';
import { ProblemException } from '#antenna/web-page';

import { pageName } from './page-name.js';

/** A span for each request for a page that gets past the guard, and words for a failure of the index. */
@Injectable()
export class RequestInterceptor implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const { method, routeOptions, headers } = execution.switchToHttp().getRequest<FastifyRequest>();
    const route = routeOptions.url ?? '';
    if (pageName(route) === 'other') return next.handle();
    // Never the address: it has the query, which can be of protected data.
    const attributes = {
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_HTTP_ROUTE]: route,
      [ATTR_URL_SCHEME]: 'http',
    };
    const start = { kind: SpanKind.SERVER, parent: contextFrom(headers), attributes };
    const answered = inSpan(`${method} ${route}`, start, async () => {
      try {
        return { value: await lastValueFrom(next.handle(), { defaultValue: undefined }) };
      } catch (cause) {
        const error = cause instanceof CrashIndexError ? indexProblem(cause) : cause;
        // What a user asks wrongly is no failure of the service.
        if (error instanceof HttpException && error.getStatus() < 500) return { refusal: error };
        throw error;
      }
    });
    return from(answered).pipe(
      map(({ value, refusal }) => {
        if (refusal) throw refusal;
        return value;
      }),
    );
  }
}

/** The message of an outage can name files and addresses: it is in the log only. */
function indexProblem(error: CrashIndexError): ProblemException {
  if (error.retryable) {
    return problem(
      HttpStatus.SERVICE_UNAVAILABLE,
      'The crash index is not available',
      'Crashes are still received and processed. Try again in a minute, or with a shorter time.',
    );
  }
  if (error.code === 'damaged') {
    return problem(
      HttpStatus.SERVICE_UNAVAILABLE,
      'The crash index is damaged',
      'No crash is lost: npx antenna index rebuild makes the index again from the stored crashes.',
    );
  }
  return problem(HttpStatus.BAD_REQUEST, 'The query is refused', error.message);

  function problem(status: HttpStatus, title: string, detail: string): ProblemException {
    return new ProblemException({ title, status, detail }, { cause: error });
  }
}
