import { type CanActivate, type ExecutionContext, HttpStatus, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ProblemException } from '#antenna/web-page';

import { CrashStatsConfig } from '../crash-stats.config.js';
import { viewerOf } from './access.guard.js';

/** Of the others, the one that has waited longest is forgotten, and may send as many as a new one. */
const maxUsers = 10_000;

/**
 * Bounds the requests of each user, for pages and the API together, by a bucket of tokens that fills within a minute. It
 * comes after the guard that knows the user.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly buckets = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(private readonly config: CrashStatsConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const viewer = viewerOf(context.switchToHttp().getRequest<FastifyRequest>());
    const seconds = viewer ? this.secondsToWait(viewer.user, performance.now()) : 0;
    if (seconds === 0) return true;
    void context.switchToHttp().getResponse<FastifyReply>().header('retry-after', String(seconds));
    throw new ProblemException({
      title: 'Too many requests',
      status: HttpStatus.TOO_MANY_REQUESTS,
      detail: `you may send ${this.config.apiRate} requests in a minute: try again in ${seconds} s`,
    });
  }

  /** Takes a token, unless there is none: then, the seconds until there is one. */
  private secondsToWait(user: string, now: number): number {
    const { apiRate } = this.config;
    const perMs = apiRate / 60_000;
    const { tokens, at } = this.buckets.get(user) ?? { tokens: apiRate, at: now };
    const filled = Math.min(apiRate, tokens + (now - at) * perMs);
    const isEmpty = filled < 1;
    this.buckets.delete(user);
    this.buckets.set(user, { tokens: isEmpty ? filled : filled - 1, at: now });
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > maxUsers && oldest !== undefined) this.buckets.delete(oldest);
    return isEmpty ? Math.ceil((1 - filled) / perMs / 1000) : 0;
  }
}
