import type { IncomingMessage, ServerResponse } from 'node:http';

import { All, Controller, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { HealthRegistry, type RefusedMethod } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { IngestConfig } from './ingest.config.js';
import { SpoolService } from './spool/spool.service.js';
import { type Answer, answerFor } from './connection/answer.js';
import { ConnectionFaults } from './connection/connection-faults.js';
import { type Outcome, RefusedReport, unavailable } from './outcome/outcome.js';
import { logOutcome } from './outcome/log-outcome.js';
import { parseReportHead } from './report/report-head.js';
import { ReportTrace } from './report/report-trace.js';
import { sendAnswer } from './connection/send-answer.js';
import { SubmissionService } from './report/submission.service.js';
import { UploadSlots } from './connection/upload-slots.js';
import { assertAnnouncedSize, Upload } from './connection/upload.js';

const notFoundBody = 'reports go to /submit';

/** `POST /submit`: the wire contract of docs/submission.md. */
@Controller()
export class SubmitController {
  private readonly slots: UploadSlots;

  constructor(
    private readonly config: IngestConfig,
    private readonly submissions: SubmissionService,
    private readonly spool: SpoolService,
    private readonly faults: ConnectionFaults,
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.slots = new UploadSlots(config.maxUploads, config.minUploadRate);
    metrics.observe('antenna.ingest.uploads_in_flight', () => this.slots.used);
    health.onDraining(() => this.limitShutdown());
  }

  /** Paths that only Fastify recognizes, with escapes for example; the rest goes to `submit` directly. */
  @Post('submit')
  async route(@Req() { raw: request }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // The answer is written to the raw response: Fastify would send header names in lower case.
    reply.hijack();
    await this.submit(request, reply.raw);
  }

  async submit(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    this.metrics.increment('antenna.ingest.received');
    const trace = new ReportTrace(request);
    await trace.run(async () => {
      const upload = new Upload(request, this.config);
      const outcome = await this.receive(request, response, upload, trace);
      this.record(outcome);
      this.metrics.record('antenna.ingest.request.duration', secondsSince(startedAt));
      const answer = answerFor(outcome, this.config.retryAfterMs / 1000);
      try {
        await this.answer(request, response, answer);
      } finally {
        trace.end(outcome, answer.status, upload.wireBytes);
      }
    });
  }

  /** A client that uses a wrong path gets a 404 in the same way, even while it is still sending its body. */
  @All('*')
  async notFound(
    @Req() { raw: request }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    reply.hijack();
    await this.answer(request, reply.raw, { status: 404, body: notFoundBody });
  }

  /** Answers while the client is still sending, like `notFound`. */
  async refuseMethod({ request, reply, allow }: RefusedMethod): Promise<void> {
    reply.hijack();
    reply.raw.setHeader('Allow', allow);
    const body = allow === 'POST' ? 'submit crash reports by POST' : notFoundBody;
    await this.answer(request.raw, reply.raw, { status: 405, body });
  }

  private async receive(
    request: IncomingMessage,
    response: ServerResponse,
    upload: Upload,
    trace: ReportTrace,
  ): Promise<Outcome> {
    this.faults.watch(request, upload);
    let freeSlot: (() => void) | undefined;
    try {
      const head = parseReportHead(request);
      assertAnnouncedSize(request, this.config.maxPayloadBytes);
      freeSlot = await this.admit(upload);
      if (expectsContinue(request)) response.writeContinue();
      return await this.submissions.collect(head, upload, trace);
    } catch (error) {
      if (error instanceof RefusedReport) return error.outcome;
      this.logger.error('report failed with an unexpected error', { error });
      return unavailable('unexpected error').outcome;
    } finally {
      upload.release();
      freeSlot?.();
    }
  }

  /** @throws RefusedReport unavailable; no byte of the body has been read then. */
  private async admit(upload: Upload): Promise<() => void> {
    const problem = this.spool.problem();
    if (problem !== undefined) throw unavailable(problem);
    const freeSlot = await this.slots.take(upload);
    if (!freeSlot) throw unavailable(`${this.slots.used} uploads are in flight`);
    return freeSlot;
  }

  /** The last uploads end in time for the spool to be drained. */
  private limitShutdown(): void {
    const end = (): void => this.slots.interruptAll(unavailable('the service is shutting down'));
    setTimeout(end, this.config.finishUploadsMs).unref();
  }

  private record(outcome: Outcome): void {
    this.metrics.increment('antenna.ingest.outcomes', { outcome: outcome.kind });
    switch (outcome.kind) {
      case 'accepted':
      case 'deferred':
      case 'fake_accepted':
      case 'rejected':
        break;
      case 'malformed':
        this.metrics.increment('antenna.ingest.malformed', { reason: outcome.reason });
        break;
      case 'too_large':
        this.metrics.increment('antenna.ingest.malformed', { reason: 'too_large' });
        break;
      case 'unauthorized':
        this.metrics.increment('antenna.ingest.unauthorized');
        break;
      case 'aborted':
      case 'unavailable':
        break;
    }
    logOutcome(this.logger, outcome);
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    answer: Answer,
  ): Promise<void> {
    await sendAnswer(request, response, answer, {
      faults: this.faults,
      closeConnection: this.health.isDraining,
    });
  }
}

function expectsContinue(request: IncomingMessage): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue';
}
