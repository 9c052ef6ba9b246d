import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Version } from '#antenna/version';
import { BackendChecksService } from '../health/backend-checks.service.js';

/** Injects the {@link Version}. */
export const VERSION = Symbol('version');

/** The endpoints of every Mozilla service (https://github.com/mozilla-services/Dockerflow). */
@Controller()
export class DockerflowController {
  constructor(
    @Inject(VERSION) private readonly current: Version,
    private readonly backends: BackendChecksService,
  ) {}

  @Get('__version__')
  version(): Version {
    return this.current;
  }

  /** 200 if every backend answers, otherwise 503 with the error of each one that does not. */
  @Get('__heartbeat__')
  async heartbeat(@Res({ passthrough: true }) reply: FastifyReply) {
    const results = [...(await this.backends.run())];
    const failed = results.filter(([, result]) => result !== 'ok');
    if (failed.length > 0) void reply.status(HttpStatus.SERVICE_UNAVAILABLE);
    return {
      status: failed.length === 0 ? 'ok' : 'error',
      checks: Object.fromEntries(
        results.map(([name, result]) => [name, result === 'ok' ? 'ok' : 'error']),
      ),
      errors: failed.map(([name, problem]) => `${name}: ${problem}`),
    };
  }

  /** For load balancers: 200 while the process runs; checks nothing else. */
  @Get('__lbheartbeat__')
  loadBalancerHeartbeat() {
    return { status: 'ok' };
  }
}
