/** Handles one report from its first byte to its outcome: decode, split, throttle, create the crash id, spool. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { createCrashId, EnvelopeWriter, serializeRawCrash } from '#antenna/crash-report';
import { ByteSemaphore } from '#antenna/memory';
import { MultipartError, MultipartSplitter } from '#antenna/multipart';
import { Metrics } from '#antenna/telemetry';
import type { ThrottleDecision } from '#antenna/throttle';
import { secondsSince } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import type { EnvelopeDraft } from '../spool/envelope-draft.js';
import { SpoolError } from '../spool/spool-error.js';
import { SpoolService } from '../spool/spool.service.js';
import { ThrottleService } from '../throttle/throttle.service.js';
import { AnnotationMemory } from './annotation-memory.js';
import { CollectedAnnotations } from './collected-annotations.js';
import { type ContentEncoding, decodeBody } from './content-encoding.js';
import {
  malformed,
  type Outcome,
  RefusedReport,
  type ReportFacts,
  tooLarge,
  unavailable,
} from '../outcome/outcome.js';
import { ProductCounts } from './product-counts.js';
import { ReportAssembler } from './report-assembler.js';
import { reportFacts } from './report-facts.js';
import type { ReportHead } from './report-head.js';
import type { ReportTrace } from './report-trace.js';
import { SubmittedIds } from './submitted-ids.js';
import { takeSubmittedUuid } from './submitted-uuid.js';
import type { Upload } from '../connection/upload.js';

/** A report whose body has been read. */
interface ReadReport {
  readonly head: ReportHead;
  readonly annotations: CollectedAnnotations;
  readonly writer: EnvelopeWriter;
  readonly dumpFilenames: Readonly<Record<string, string>>;
  readonly memory: AnnotationMemory;
  readonly payloadBytes: number;
}

/** Longest time for which a report serializes before other work gets its turn. */
const maxTurnMs = 20;

/** What was decided about a report that is not rejected. */
interface KeptReport {
  readonly verdict: Exclude<ThrottleDecision['verdict'], 'reject'>;
  readonly rule: string;
  readonly facts: ReportFacts;
  readonly uuid: string | undefined;
  readonly now: Date;
}

@Injectable()
export class SubmissionService {
  private readonly submittedIds = new SubmittedIds();
  private readonly annotationMemory: ByteSemaphore;
  private readonly decoderMemory: ByteSemaphore;

  constructor(
    private readonly config: IngestConfig,
    private readonly spool: SpoolService,
    private readonly throttling: ThrottleService,
    private readonly products: ProductCounts,
    private readonly metrics: Metrics,
  ) {
    this.annotationMemory = new ByteSemaphore(config.annotationMemory);
    this.decoderMemory = new ByteSemaphore(config.decoderMemory);
  }

  /** @throws RefusedReport when the client's request is at fault, or the spool cannot take the report. */
  async collect(head: ReportHead, upload: Upload, trace: ReportTrace): Promise<Outcome> {
    const draft = this.spool.newDraft();
    const memory = new AnnotationMemory(this.config, this.annotationMemory);
    try {
      const writer = new EnvelopeWriter(draft);
      const annotations = new CollectedAnnotations({
        maxDepth: this.config.maxJsonDepth,
        maxValues: this.config.maxJsonValues,
      });
      const assembler = new ReportAssembler(annotations, writer, memory, this.config.maxDumps);
      await trace.step('decode', () => this.read(head, upload, draft, assembler));
      annotations.complete();
      const dumpFilenames = assembler.dumps.filenames;
      const report = {
        head,
        annotations,
        writer,
        memory,
        dumpFilenames,
        payloadBytes: upload.wireBytes,
      };
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
    const startedAt = performance.now();
    let inflated = 0;
    for await (const chunk of decodeBody(upload.chunks(), head.encoding, this.decoderMemory)) {
      inflated += chunk.length;
      if (inflated > this.config.maxInflatedBytes)
        throw tooLarge('the inflated body', this.config.maxInflatedBytes);
      splitter.write(chunk);
      const backpressure = draft.backpressure();
      if (backpressure) await backpressure;
    }
    splitter.end();
    for (const reason of assembler.dumps.invalidMinidumps)
      this.metrics.increment('antenna.ingest.minidumps_invalid', { reason });
    this.countPayload(head.encoding, upload.wireBytes, secondsSince(startedAt));
  }

  private async decide(
    report: ReadReport,
    draft: EnvelopeDraft,
    trace: ReportTrace,
  ): Promise<Outcome> {
    const { annotations, head } = report;
    const uuid = takeSubmittedUuid(annotations.values, head.authorization, this.config);
    if (annotations.values.size === 0)
      throw malformed('no_annotations', 'the report has no annotations');
    annotations.remove(this.config.removedAnnotations);
    annotations.noteReplaced();
    trace.recordProduct(annotations.values);
    const labels = this.products.count(annotations.values);
    if (report.memory.isLarge) await nextTurn();
    const decision = await trace.step('throttle', () =>
      this.throttling.throttle(annotations.values, labels),
    );
    const { verdict, rule, ...stop } = decision;
    trace.recordVerdict(verdict, rule);
    const facts = reportFacts(annotations.values, report.payloadBytes);
    if (verdict === 'reject') return { kind: 'rejected', rule, ...stop, report: facts };
    const keep = async (now: Date): Promise<Outcome> =>
      await this.keep(report, draft, trace, { verdict, rule, facts, uuid, now });
    return await (uuid === undefined ? keep(new Date()) : this.submittedIds.inTurn(uuid, keep));
  }

  private async keep(
    report: ReadReport,
    draft: EnvelopeDraft,
    trace: ReportTrace,
    decision: KeptReport,
  ): Promise<Outcome> {
    const { verdict, rule, facts, uuid, now } = decision;
    const saved = verdict === 'defer' ? 'defer' : 'accept';
    const crashId = uuid ?? createCrashId({ now, verdict: saved });
    if (verdict === 'fakeaccept') return { kind: 'fake_accepted', crashId, rule, report: facts };
    const rawCrash = await this.serialize(report.memory, rawCrashOf(report, crashId, now, rule));
    const submitted = uuid === undefined ? {} : ({ idSubmitted: true } as const);
    report.writer.finish(
      { crashId, verdict: saved, receivedAt: now.toISOString(), ...submitted, ...trace.carrier },
      rawCrash,
    );
    await trace.step('spool.write', () => this.spool.commit(draft, crashId, now));
    const kind = verdict === 'defer' ? 'deferred' : 'accepted';
    return { kind, crashId, rule, report: facts };
  }

  /** The pieces stay counted until the spool has them. */
  private async serialize(memory: AnnotationMemory, pieces: Iterable<Buffer>): Promise<Buffer[]> {
    const rawCrash: Buffer[] = [];
    let size = 0;
    if (memory.isLarge) await nextTurn();
    let startedAt = performance.now();
    for (const piece of pieces) {
      size += piece.length;
      if (size > this.config.maxRawCrashBytes)
        throw tooLarge('the raw crash', this.config.maxRawCrashBytes);
      memory.hold(piece.length);
      rawCrash.push(piece);
      if (performance.now() - startedAt < maxTurnMs) continue;
      await nextTurn();
      startedAt = performance.now();
    }
    return rawCrash;
  }

  private countPayload(encoding: ContentEncoding, bytes: number, seconds: number): void {
    const payload = encoding === 'identity' ? 'uncompressed' : 'compressed';
    this.metrics.record('antenna.ingest.payload.size', bytes, { payload });
    if (payload === 'uncompressed') return;
    this.metrics.increment('antenna.ingest.compressed');
    this.metrics.record('antenna.ingest.decompress.duration', seconds);
  }
}

function rawCrashOf(
  report: ReadReport,
  crashId: string,
  now: Date,
  rule: string,
): Generator<Buffer> {
  return serializeRawCrash({
    annotations: report.annotations.values,
    verbatim: report.annotations.verbatim,
    crashId,
    submittedAt: now,
    metadata: {
      collector_notes: report.annotations.notes.all,
      ...(Object.keys(report.dumpFilenames).length > 0 && { dump_filenames: report.dumpFilenames }),
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
