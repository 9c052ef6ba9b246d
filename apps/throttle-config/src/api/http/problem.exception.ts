import { HttpException } from '@nestjs/common';

/** A problem as RFC 9457 writes it; `errors` is our one extension. */
export interface ProblemDetails {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Each thing that is wrong, where there are several. */
  readonly errors?: readonly unknown[];
}

/** Answers with these problem details. */
export class ProblemException extends HttpException {
  constructor(
    readonly problem: ProblemDetails,
    options?: { readonly cause: unknown },
  ) {
    super(problem.title, problem.status, options);
  }
}
