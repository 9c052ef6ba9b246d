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

import { IngestInstances } from '../instances/ingest-instances.js';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { ProblemException } from '../http/problem.exception.js';
import { parseWait } from './wait-parameter.js';
import { LongPolls } from './long-polls.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';

const nothingAccepted = {
  title: 'No ruleset has been accepted yet',
  status: HttpStatus.SERVICE_UNAVAILABLE,
  detail: 'Keep the rules that you have: the source holds no valid ruleset, and none is cached.',
};

/** Hands the ruleset to whoever evaluates it. */
@ApiTags('ruleset')
@Controller('v1/ruleset')
export class RulesetController {
  constructor(
    private readonly holder: CurrentRuleset,
    private readonly polls: LongPolls,
    private readonly fleet: IngestInstances,
  ) {}

  /**
   * The canonical JSON of the live ruleset. A client that names the revision it has in `If-None-Match` gets 304
   * without a body; with `wait`, only after that time without a change. The bundled fallback is not handed out: it
   * would take the place of the last good rules that a client has kept.
   */
  @Get()
  @ApiOperation({ summary: 'The live ruleset; long-polls for the next one' })
  @ApiQuery({
    name: 'wait',
    required: false,
    description: 'How long to wait for another revision than the one in If-None-Match',
    example: '30s',
  })
  @ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The ETag of the ruleset that the client has',
  })
  @ApiHeader({
    name: 'X-Antenna-Instance',
    required: false,
    description: 'Name of the asking process',
  })
  @ApiHeader({
    name: 'X-Antenna-Revision',
    required: false,
    description: 'Revision that the asking process runs',
  })
  @ApiOkResponse({
    description: 'Canonical JSON of the ruleset',
    headers: {
      ETag: { description: 'The revision, in quotes', schema: { type: 'string' } },
      'X-Antenna-Ruleset-Origin': {
        description: 'Whether it stands at its source, or is the last good one from the cache',
        schema: { type: 'string', enum: ['source', 'cache'] },
      },
    },
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  @ApiResponse({ status: HttpStatus.NOT_MODIFIED, description: 'The client has the live ruleset' })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.SERVICE_UNAVAILABLE)
  async current(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('wait') wait?: string,
  ): Promise<void> {
    const waitMs = parseWait(wait);
    const { headers } = request;
    const { 'if-none-match': known } = headers;
    const { 'x-antenna-instance': instance, 'x-antenna-revision': revision } = headers;
    this.fleet.polled(instance, revision);
    if (waitMs > 0 && (this.isFallback || isKnown(known, this.etag))) {
      await this.polls.wait(waitMs, goneSignal(reply));
      this.fleet.polled(instance, revision);
    }
    this.answer(reply, known);
  }

  private get isFallback(): boolean {
    return this.holder.live.origin === 'bundled';
  }

  private get etag(): string {
    return `"${this.holder.live.revision}"`;
  }

  private answer(reply: FastifyReply, known: string | undefined): void {
    if (this.isFallback) throw new ProblemException(nothingAccepted);
    const { json, origin } = this.holder.live;
    void reply
      .header('etag', this.etag)
      .header('cache-control', 'no-cache')
      .header('x-antenna-ruleset-origin', origin);
    if (isKnown(known, this.etag)) void reply.status(HttpStatus.NOT_MODIFIED).send();
    else void reply.type('application/json; charset=utf-8').send(json);
  }
}

/** Aborted when the client hangs up before it has its answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

/** Compares weakly, as RFC 9110 section 13.1.2 asks of If-None-Match: a proxy may have marked the tag as weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.some((tag) => tag === etag || tag === '*');
}
