/** One report from its first byte to its outcome: decode, split, throttle, name, make durable. */
import { Injectable } from '@nestjs/common';

import { createCrashId, EnvelopeWriter, serializeRawCrash } from '#antenna/crash-report';
import { MultipartError, MultipartSplitter } from '#antenna/multipart';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig } from '../ingest.config.js';
import type { EnvelopeDraft } from '../spool/envelope-draft.js';
import { SpoolError } from '../spool/spool-error.js';
import { SpoolService } from '../spool/spool.service.js';
import { ThrottleService } from '../throttle/throttle.service.js';
import { AnnotationMemory, ByteBudget } from './annotation-memory.js';
import { CollectedAnnotations } from './collected-annotations.js';
import { type ContentEncoding, decodeBody } from './content-encoding.js';
import {
  malformed,
  type Outcome,
  RefusedReport,
  tooLarge,
  unavailable,
} from '../outcome/outcome.js';
import { ProductCounts } from './product-counts.js';
import { ReportAssembler } from './report-assembler.js';
import type { ReportHead } from './report-head.js';
import type { ReportTrace } from './report-trace.js';
import { takeSubmittedUuid } from './submitted-uuid.js';
import type { Upload } from '../connection/upload.js';

/** Where a report stands once its body has been read. */
interface ReadReport {
  readonly head: ReportHead;
  readonly annotations: CollectedAnnotations;
  readonly writer: EnvelopeWriter;
  readonly payloadBytes: number;
}

@Injectable()
export class SubmissionService {
  private readonly annotationMemory: ByteBudget;

  constructor(
    private readonly config: IngestConfig,
    private readonly spool: SpoolService,
    private readonly throttling: ThrottleService,
    private readonly products: ProductCounts,
    private readonly metrics: Metrics,
  ) {
    this.annotationMemory = new ByteBudget(config.annotationMemory);
  }

  /** @throws RefusedReport for everything that is the client's, or a full disk's, fault. */
  async collect(head: ReportHead, upload: Upload, trace: ReportTrace): Promise<Outcome> {
    const draft = this.spool.newDraft();
    const memory = new AnnotationMemory(this.config, this.annotationMemory);
    try {
      const writer = new EnvelopeWriter(draft);
      const annotations = new CollectedAnnotations({
        maxDepth: this.config.maxJsonDepth,
        maxValues: this.config.maxJsonValues,
      });
      const assembler = new ReportAssembler(annotations, writer, memory);
      await trace.step('decode', () => this.read(head, upload, draft, assembler));
      const report = { head, annotations, writer, payloadBytes: upload.wireBytes };
      return await this.decide(report, draft, trace);
    } catch (error) {
      throw refusalFrom(error);
    } finally {
      memory.release();
      await draft.discard();
    }
  }

  private async read(
    head: ReportHead,
    upload: Upload,
    draft: EnvelopeDraft,
    assembler: ReportAssembler,
  ): Promise<void> {
    const splitter = new MultipartSplitter(head.boundary, assembler, this.config);
    const begun = performance.now();
    let inflated = 0;
    for await (const chunk of decodeBody(upload.chunks(), head.encoding)) {
      inflated += chunk.length;
      if (inflated > this.config.maxInflatedBytes)
        throw tooLarge('the inflated body', this.config.maxInflatedBytes);
      splitter.write(chunk);
      const relief = draft.relief();
      if (relief) await relief;
    }
    splitter.end();
    this.countPayload(head.encoding, upload.wireBytes, (performance.now() - begun) / 1000);
  }

  private async decide(
    report: ReadReport,
    draft: EnvelopeDraft,
    trace: ReportTrace,
  ): Promise<Outcome> {
    const { annotations, head } = report;
    const uuid = takeSubmittedUuid(annotations.values, head.authorization, this.config);
    if (annotations.values.size === 0) throw malformed('no_annotations', 'no annotation arrived');
    annotations.remove(this.config.removedAnnotations);
    trace.describe(annotations.values);
    this.products.count(annotations.values);
    const { verdict, rule } = await trace.step('throttle', () =>
      this.throttling.throttle(annotations.values),
    );
    trace.throttled(verdict, rule);
    if (verdict === 'reject') return { kind: 'rejected', rule };
    const now = new Date();
    const saved = verdict === 'defer' ? 'defer' : 'accept';
    const crashId = uuid ?? createCrashId({ now, verdict: saved });
    if (verdict === 'fakeaccept') return { kind: 'fake_accepted', crashId, rule };
    report.writer.finish(
      { crashId, verdict: saved, receivedAt: now.toISOString(), ...trace.carrier },
      rawCrashOf(report, crashId, now, rule),
    );
    await trace.step('spool.write', () => this.spool.commit(draft, crashId, now));
    return { kind: verdict === 'defer' ? 'deferred' : 'accepted', crashId, rule };
  }

  private countPayload(encoding: ContentEncoding, bytes: number, seconds: number): void {
    const payload = encoding === 'identity' ? 'uncompressed' : 'compressed';
    this.metrics.record('antenna.ingest.payload.size', bytes, { payload });
    if (payload === 'uncompressed') return;
    this.metrics.increment('antenna.ingest.compressed');
    this.metrics.record('antenna.ingest.decompress.duration', seconds);
  }
}

function rawCrashOf(report: ReadReport, crashId: string, now: Date, rule: string): Buffer {
  return serializeRawCrash({
    annotations: report.annotations.values,
    crashId,
    submittedAt: now,
    metadata: {
      collector_notes: report.annotations.notes,
      payload: report.annotations.payload,
      payload_compressed: report.head.encoding === 'identity' ? '0' : '1',
      payload_size: report.payloadBytes,
      throttle_rule: rule,
      user_agent: report.head.userAgent,
    },
  });
}

function refusalFrom(error: unknown): unknown {
  if (error instanceof RefusedReport) return error;
  if (error instanceof SpoolError) return unavailable(error.message, error);
  if (!(error instanceof MultipartError)) return error;
  return malformed(error.reason, error.message);
}
