import { Controller, Get, HttpStatus, Query, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiProblem, ProblemException } from '#antenna/web-page';

import { IngestInstances } from '../instances/ingest-instances.js';
import { LongPolls, parseWait, waitSchema } from './long-polls.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { rulesetSchema } from './ruleset-schema.js';

const nothingAccepted = {
  title: 'No ruleset has been accepted yet',
  status: HttpStatus.SERVICE_UNAVAILABLE,
  detail: 'The source holds no valid ruleset, and none is cached. Keep the rules that you have.',
};

/** Serves the live ruleset to ingest. */
@ApiTags('ruleset')
@Controller('v1/ruleset')
export class RulesetController {
  constructor(
    private readonly current: CurrentRuleset,
    private readonly polls: LongPolls,
    private readonly instances: IngestInstances,
  ) {}

  /**
   * The canonical JSON of the live ruleset. A client that sends the revision it has in `If-None-Match` gets 304
   * without a body; with `wait`, only if nothing changes during that time. The bundled fallback is never served,
   * because it would replace the last valid rules that a client has kept.
   */
  @Get()
  @ApiOperation({ summary: 'Returns the live ruleset, or long-polls for the next one' })
  @ApiQuery({
    name: 'wait',
    required: false,
    description: 'How long to wait for a revision other than the one in If-None-Match, at most 60s',
    schema: waitSchema,
  })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The ETag of the ruleset that the client has',
  })
  @ApiHeader({
    name: 'X-Antenna-Instance',
    required: false,
    description: 'Name of the polling instance',
  })
  @ApiHeader({
    name: 'X-Antenna-Revision',
    required: false,
    description: 'Revision that the polling instance runs',
  })
  @ApiOkResponse({
    description: 'Canonical JSON of the ruleset',
    headers: {
      ETag: { description: 'The revision, in quotes', schema: { type: 'string' } },
      'X-Antenna-Ruleset-Origin': {
        description: 'Where it comes from: its source, or the cache of the last valid ruleset',
        schema: { type: 'string', enum: ['source', 'cache'] },
      },
    },
    content: { 'application/json': { schema: rulesetSchema } },
  })
  @ApiResponse({ status: HttpStatus.NOT_MODIFIED, description: 'The client has the live ruleset' })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.SERVICE_UNAVAILABLE)
  async get(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('wait') wait?: string,
  ): Promise<void> {
    const waitMs = parseWait(wait);
    const { headers } = request;
    const { 'if-none-match': known } = headers;
    const { 'x-antenna-instance': instance, 'x-antenna-revision': revision } = headers;
    this.instances.polled(instance, revision);
    if (waitMs > 0 && (this.isFallback || isKnown(known, this.etag))) {
      await this.polls.wait(waitMs, disconnected(reply));
      this.instances.polled(instance, revision);
    }
    this.answer(reply, known);
  }

  private get isFallback(): boolean {
    return this.current.live.origin === 'bundled';
  }

  private get etag(): string {
    return `"${this.current.live.revision}"`;
  }

  private answer(reply: FastifyReply, known: string | undefined): void {
    if (this.isFallback) throw new ProblemException(nothingAccepted);
    const { json, origin } = this.current.live;
    void reply
      .header('etag', this.etag)
      .header('cache-control', 'no-cache')
      .header('x-antenna-ruleset-origin', origin);
    if (isKnown(known, this.etag)) void reply.status(HttpStatus.NOT_MODIFIED).send();
    else void reply.type('application/json; charset=utf-8').send(json);
  }
}

/** Aborted if the client disconnects before it is answered. */
function disconnected(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/** Compares weakly, as RFC 9110 section 13.1.2 requires for If-None-Match: a proxy may have marked the tag as weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === etag || tag === '*');
}
