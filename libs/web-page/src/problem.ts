import { STATUS_CODES } from 'node:http';

import { applyDecorators, HttpException } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

import type { WriteError } from '#antenna/service';

const mediaType = 'application/problem+json';

/** Problem details (RFC 9457); `errors` is the only extension. */
export interface ProblemDetails {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Every single error, if there are several. */
  readonly errors?: readonly unknown[];
}

/** Is answered with these problem details. */
export class ProblemException extends HttpException {
  constructor(
    readonly problem: ProblemDetails,
    options?: { readonly cause: unknown },
  ) {
    super(problem.title, problem.status, options);
  }
}

/** Answers an error with problem details. */
export const writeProblem: WriteError = (reply, status, cause) => {
  void reply.type(mediaType).header('cache-control', 'no-store').send(problemOf(status, cause));
};

/** What a client is told about an error. `cause` is undefined for what it may not be told. */
export function problemOf(status: number, cause: Error | undefined): ProblemDetails {
  if (cause instanceof ProblemException) return cause.problem;
  const problem = { title: STATUS_CODES[status] ?? 'Error', status };
  if (cause === undefined) return problem;
  const messages = messagesOf(cause);
  return Array.isArray(messages)
    ? { ...problem, detail: messages.map(String).join('; '), errors: messages }
    : { ...problem, detail: String(messages) };
}

/** Nest's exceptions hold one message, or a list of messages if there are several errors. */
function messagesOf(cause: Error): unknown {
  if (!(cause instanceof HttpException)) return cause.message;
  const response = cause.getResponse();
  return typeof response === 'object' && 'message' in response ? response.message : response;
}

const schema = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: { type: 'array', items: {} },
  },
  required: ['title', 'status'],
};

/** Documents the statuses that an operation answers with problem details. */
export function ApiProblem(...statuses: readonly number[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? 'Error',
        content: { [mediaType]: { schema } },
      }),
    ),
  );
}
