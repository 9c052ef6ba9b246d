import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, NotFoundException } from '@nestjs/common';

/** Injects the token for `/__broken__`, or undefined. */
export const BROKEN_TOKEN = Symbol('token of /__broken__');

/** Thrown on purpose, to test error reporting. */
export class DeliberateError extends Error {
  override readonly name = 'DeliberateError';
}

/** Dockerflow's failing page. It answers 404 without the token. */
@Controller()
export class BrokenController {
  constructor(@Inject(BROKEN_TOKEN) private readonly token: string | undefined) {}

  /** @throws DeliberateError always, if the token is right */
  @Get('__broken__')
  broken(@Headers('authorization') authorization?: string): never {
    if (!this.isAuthorized(authorization)) throw new NotFoundException();
    throw new DeliberateError('/__broken__ was requested to test error reporting');
  }

  private isAuthorized(authorization = ''): boolean {
    const given = Buffer.from(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
    const token = Buffer.from(this.token ?? '');
    return token.length > 0 && given.length === token.length && timingSafeEqual(given, token);
  }
}
