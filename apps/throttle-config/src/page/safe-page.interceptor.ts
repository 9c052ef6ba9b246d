import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Observable } from 'rxjs';

/** Allows only files of this page, no frames, and no inline script or style. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds the headers that make a browser isolate the page. */
@Injectable()
export class SafePageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    void context.switchToHttp().getResponse<FastifyReply>().headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      // With no-referrer, forms would have no origin, and those that start a trial would be refused.
      'referrer-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    return next.handle();
  }
}
