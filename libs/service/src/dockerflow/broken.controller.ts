import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Headers, Inject, NotFoundException } from '@nestjs/common';

/** Injects the token that opens `/__broken__`, or undefined. */
export const BROKEN_TOKEN = Symbol('token of /__broken__');

/** Thrown on purpose, to see an error arrive where errors are reported. */
export class DeliberateError extends Error {
  override readonly name = 'DeliberateError';
}

/** Dockerflow's page that fails. Without the token it does not exist. */
@Controller()
export class BrokenController {
  constructor(@Inject(BROKEN_TOKEN) private readonly token: string | undefined) {}

  /** @throws DeliberateError, always, to those who may ask for it. */
  @Get('__broken__')
  broken(@Headers('authorization') authorization?: string): never {
    if (!this.isAuthorized(authorization)) throw new NotFoundException();
    throw new DeliberateError('/__broken__ was asked for: error reporting is being tested');
  }

  private isAuthorized(authorization = ''): boolean {
    const given = Buffer.from(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
    const token = Buffer.from(this.token ?? '');
    return token.length > 0 && given.length === token.length && timingSafeEqual(given, token);
  }
}
