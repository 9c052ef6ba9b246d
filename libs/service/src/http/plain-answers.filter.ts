import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  HttpStatus,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorOccasion, type Logger, isError } from '#antenna/telemetry';

interface Answer {
  readonly status: number;
  readonly body: string | object;
}

/**
 * Answers what a controller throws: an HTTP exception as it says, anything unexpected as a short 500 that tells the
 * client nothing and the log everything. Addresses and query strings are never written: clients put data in them.
 */
@Catch()
export class PlainAnswersFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly reportError: (error: unknown, occasion: ErrorOccasion) => void = () =>
      undefined,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = answerFor(exception, request);
    if (answer.status >= 500 && !(exception instanceof HttpException)) {
      const { method, routeOptions } = request;
      this.logger.error('request failed', { error: exception, method, route: routeOptions.url });
      this.reportError(exception, 'request');
    }
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(answer.status);
    if (typeof answer.body === 'string') void reply.type('text/plain; charset=utf-8');
    void reply.send(answer.body);
  }
}

function answerFor(exception: unknown, request: FastifyRequest): Answer {
  if (request.is404) return short(HttpStatus.NOT_FOUND);
  if (exception instanceof HttpException) return answerOf(exception);
  return short(clientErrorStatus(exception) ?? HttpStatus.INTERNAL_SERVER_ERROR);
}

/** Nest's own exceptions carry `{statusCode, message, error}`; any other object is what a controller wants to send. */
function answerOf(exception: HttpException): Answer {
  const status = exception.getStatus();
  const response = exception.getResponse();
  if (typeof response === 'string') return { status, body: `${response}\n` };
  return 'statusCode' in response
    ? { status, body: `${exception.message}\n` }
    : { status, body: response };
}

/** Fastify marks what is wrong with a request (unreadable body, unknown media type) by a 4xx `statusCode`. */
function clientErrorStatus(exception: unknown): number | undefined {
  if (!isError(exception) || !('statusCode' in exception)) return undefined;
  const { statusCode } = exception;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}

function short(status: number): Answer {
  return { status, body: `${STATUS_CODES[status] ?? 'Error'}\n` };
}
