import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isError } from '#antenna/errors';
import type { ErrorOccasion, Logger } from '#antenna/telemetry';

/**
 * Sends the body of an error's answer; the reply's status is set already. `cause` is what the client may be told
 * about: an exception of a controller, or Fastify's error about the request. It is undefined for an unknown path and
 * for an unexpected error.
 */
export type WriteError = (reply: FastifyReply, status: number, cause: Error | undefined) => void;

/** Answers every error. A client learns nothing about an unexpected one, which is logged and reported instead. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly reportError: (error: unknown, occasion: ErrorOccasion) => void = () =>
      undefined,
    private readonly write: WriteError = writePlainText,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, cause } = request.is404 ? { status: 404 } : answerTo(exception);
    if (status >= 500 && cause === undefined) {
      // Addresses and query strings are never logged: clients put data in them.
      const { method, routeOptions } = request;
      this.logger.error('request failed', { error: exception, method, route: routeOptions.url });
      this.reportError(exception, 'request');
    }
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply.status(status);
    const body = ownBody(cause);
    if (body) void reply.send(body);
    else this.write(reply, status, cause);
  }
}

/** One line: the exception's message, or the status in words. */
function writePlainText(reply: FastifyReply, status: number, cause: Error | undefined): void {
  const line = cause instanceof HttpException ? cause.message : (STATUS_CODES[status] ?? 'Error');
  void reply.type('text/plain; charset=utf-8').send(`${line}\n`);
}

function answerTo(exception: unknown): { status: number; cause?: Error } {
  if (exception instanceof HttpException)
    return { status: exception.getStatus(), cause: exception };
  // Fastify gives a 4xx status to its errors about a request: an unreadable body, an unknown media type.
  const status = isError(exception) && 'statusCode' in exception ? exception.statusCode : undefined;
  return isError(exception) && typeof status === 'number' && status >= 400 && status < 500
    ? { status, cause: exception }
    : { status: 500 };
}

/** Nest's own exceptions carry `{statusCode, message, error}`; any other object is what a controller wants to send. */
function ownBody(cause: Error | undefined): object | undefined {
  const response = cause instanceof HttpException ? cause.getResponse() : undefined;
  return typeof response === 'object' && !('statusCode' in response) ? response : undefined;
}
