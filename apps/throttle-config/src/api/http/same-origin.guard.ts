import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { ProblemException } from './problem.js';

/**
 * Refuses requests that a browser makes for another site. The API has no authentication: without this, any page that an
 * author opens during a port-forward could use it.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const site = headers['sec-fetch-site'];
    const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
    if (!isForeign && isOwn(headers.origin, headers.host)) return true;
    throw new ProblemException({
      title: 'Requests from other sites are refused',
      status: HttpStatus.FORBIDDEN,
      detail: 'use the page of this service, the command line or curl',
    });
  }
}

/** Only browsers send an origin. */
function isOwn(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
