import { STATUS_CODES } from 'node:http';

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { ReportError } from '#antenna/service';
import { isError, type Logger } from '#antenna/telemetry';

import { type ProblemDetails, ProblemException } from './problem.exception.js';

/**
 * Answers every error with problem details. What is unexpected is a short 500 that tells the client nothing and the
 * log everything; an exception with a body of its own (the probes' results) is sent as it says.
 */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly reportError: ReportError = () => undefined,
  ) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const body = ownBody(exception);
    if (body) {
      void reply.status(body.status).send(body.response);
      return;
    }
    const problem = request.is404 ? shortProblem(404) : problemOf(exception);
    if (problem.status >= 500) {
      const { method, routeOptions } = request;
      this.logger.error('request failed', { error: exception, method, route: routeOptions.url });
      this.reportError(exception, 'request');
    }
    void reply
      .status(problem.status)
      .type('application/problem+json')
      .header('cache-control', 'no-store')
      .send(problem);
  }
}

function ownBody(exception: unknown): { status: number; response: object } | undefined {
  if (!(exception instanceof HttpException)) return undefined;
  const response = exception.getResponse();
  return typeof response === 'object' && !('statusCode' in response)
    ? { status: exception.getStatus(), response }
    : undefined;
}

function problemOf(exception: unknown): ProblemDetails {
  if (exception instanceof ProblemException) return exception.problem;
  if (exception instanceof HttpException) return problemOfHttp(exception);
  const status = isError(exception) && 'statusCode' in exception ? exception.statusCode : undefined;
  // Fastify's own complaints about a request carry a status below 500, and say what is wrong.
  return typeof status === 'number' && status >= 400 && status < 500 && isError(exception)
    ? { ...shortProblem(status), detail: exception.message }
    : shortProblem(500);
}

/** Nest's exceptions hold one message, or a list of them where several things are wrong. */
function problemOfHttp(exception: HttpException): ProblemDetails {
  const problem = shortProblem(exception.getStatus());
  const response = exception.getResponse();
  const messages: unknown =
    typeof response === 'object' && 'message' in response ? response.message : response;
  return Array.isArray(messages)
    ? { ...problem, detail: messages.map(String).join('; '), errors: messages }
    : { ...problem, detail: String(messages) };
}

function shortProblem(status: number): ProblemDetails {
  return { title: STATUS_CODES[status] ?? 'Error', status };
}
