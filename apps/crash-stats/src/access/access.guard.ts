import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  HttpStatus,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

import { Metrics } from '#antenna/telemetry';
import { ProblemException, SameOriginGuard } from '#antenna/web-page';

import type { Identify, Refusal } from './identify.js';
import { type Role, Viewer } from './viewer.js';

/** Injects the {@link Identify}. */
export const IDENTIFY = Symbol('how users are known');

/** What everyone on the network may read: health, metrics, and files that contain no data. */
const openPaths: ReadonlySet<string | undefined> = new Set([
  '/__version__',
  '/__heartbeat__',
  '/__lbheartbeat__',
  '/__broken__',
  '/metrics',
  '/health/startup',
  '/health/live',
  '/health/ready',
  '/page/style.css',
  '/page/script.js',
  '/page/icon.svg',
]);

const needs = 'antenna:needs';

/** The role that a route needs, or all routes of a controller. Without it, `viewer`. */
export const Needs = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(needs, role);

/** The {@link Viewer} who sends the request, as a parameter of a controller. */
export const ViewerOf = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const viewer = viewerOf(requestOf(context));
  if (!viewer) throw new Error('the route is open, so that it has no viewer');
  return viewer;
});

const viewers = new WeakMap<FastifyRequest, Viewer>();

/** Undefined on an open path. */
export const viewerOf = (request: FastifyRequest): Viewer | undefined => viewers.get(request);

/** Lets nobody pass whom it does not know, on all routes but the open ones; and no form of another site. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly sameOrigin = new SameOriginGuard();

  constructor(
    @Inject(IDENTIFY) private readonly identify: Identify,
    private readonly reflector: Reflector,
    private readonly metrics: Metrics,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    if (openPaths.has(request.routeOptions.url)) return true;
    const viewer = this.identify(request.raw);
    if (!(viewer instanceof Viewer)) throw this.refused(viewer);
    const targets = [context.getHandler(), context.getClass()];
    const role = this.reflector.getAllAndOverride<Role | undefined>(needs, targets) ?? 'viewer';
    if (!viewer.may(role)) throw hidden(role);
    if (!['GET', 'HEAD'].includes(request.method)) this.sameOrigin.canActivate(context);
    viewers.set(request, viewer);
    return true;
  }

  private refused(reason: Refusal): ProblemException {
    this.metrics.increment('antenna.crash_stats.refused', { reason });
    return refusals[reason]();
  }
}

const refusals: Readonly<Record<Refusal, () => ProblemException>> = {
  foreign_host: () => forbidden('open this page as http://127.0.0.1 or http://localhost'),
  not_from_proxy: unauthorized,
  no_user: unauthorized,
  no_role: () => forbidden('you are signed in, but are in no group that may see crashes'),
};

/** Says that something is hidden, not what. */
function hidden(role: Role): ProblemException {
  return forbidden(
    role === 'operator'
      ? 'only operators may do this'
      : 'this is hidden: it may contain personal data, which only some groups may see',
  );
}

function forbidden(detail: string): ProblemException {
  return new ProblemException({ title: 'Not allowed', status: HttpStatus.FORBIDDEN, detail });
}

function unauthorized(): ProblemException {
  return new ProblemException({
    title: 'Not signed in',
    status: HttpStatus.UNAUTHORIZED,
    detail: 'open this page by the address at which you sign in',
  });
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
