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

/** Make a browser isolate the page. */
export const safePageHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  // With no-referrer, forms would have no origin, and those that change something would be refused.
  'referrer-policy': 'same-origin',
} as const;

/** Adds these headers to a page that the browser may keep, but must ask for again. */
@Injectable()
export class SafePageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    void reply.headers({ ...safePageHeaders, 'cache-control': 'no-cache' });
    return next.handle();
  }
}
