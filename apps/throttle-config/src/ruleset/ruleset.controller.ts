import { Controller, Get, Headers, HttpStatus, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

import { RulesetService } from './ruleset.service.js';

/** Hands the ruleset to whoever evaluates it. */
@Controller('v1/ruleset')
export class RulesetController {
  constructor(private readonly rulesets: RulesetService) {}

  /** The canonical JSON; 304 without a body for a client that names the revision it has in `If-None-Match`. */
  @Get()
  current(@Res() reply: FastifyReply, @Headers('if-none-match') known?: string): void {
    const { json, revision } = this.rulesets.current;
    const etag = `"${revision}"`;
    void reply.header('etag', etag).header('cache-control', 'no-cache');
    if (isKnown(known, etag)) void reply.status(HttpStatus.NOT_MODIFIED).send();
    else void reply.type('application/json; charset=utf-8').send(json);
  }
}

/** Compares weakly, as RFC 9110 section 13.1.2 asks of If-None-Match: a proxy may have marked the tag as weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === etag || tag === '*');
}
