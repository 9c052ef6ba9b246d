import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { ProblemException } from './problem.js';

/**
 * Refuses requests that a browser makes for another site: it would add what identifies the user, or reach a service that
 * only this machine can reach. Not for reading, which pages of other sites cannot do.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (isOwn(headers)) return true;
    throw new ProblemException({
      title: 'Requests from other sites are refused',
      status: HttpStatus.FORBIDDEN,
      detail: 'use the page of this service, the command line or curl',
    });
  }
}

/**
 * Browsers say where a request comes from, to HTTPS and to this machine; behind a proxy, the host may be another than the
 * one that they see. To other addresses, they send the origin. What sends neither is no browser.
 */
function isOwn({ 'sec-fetch-site': site, origin, host }: FastifyRequest['headers']): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
