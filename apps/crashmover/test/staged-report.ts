import {
  createCrashId,
  EnvelopeWriter,
  type IntakeMessage,
  type SavedVerdict,
  serializeRawCrash,
  stagedBatchKey,
  stagedEnvelopeKey,
} from '#antenna/crash-report';

/** What a test wants to be staged; the rest is made up. */
export interface ReportContent {
  readonly verdict?: SavedVerdict;
  readonly dumps?: Readonly<Record<string, Buffer>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** An id that a submitter chose, and when its report was received. */
  readonly submitted?: { readonly crashId: string; readonly at: Date };
  readonly probe?: true;
}

export interface StagedReport {
  readonly crashId: string;
  readonly verdict: SavedVerdict;
  /** The envelope, as ingest would have spooled it. */
  readonly envelope: Buffer;
  /** Where it is staged. */
  readonly key: string;
}

/** Reports in one staged object. */
export interface StagedBatch {
  readonly reports: readonly StagedReport[];
  readonly crashIds: readonly string[];
  readonly message: IntakeMessage;
  readonly bytes: Buffer;
}

export function batchOf(
  reports: readonly StagedReport[],
  traces: readonly Readonly<Record<string, string>>[] = [],
): StagedBatch {
  const bytes = Buffer.concat(reports.map(({ envelope }) => envelope));
  const crashIds = reports.map(({ crashId }) => crashId);
  let end = 0;
  const crashes = reports.map(({ crashId, verdict, envelope }, index) => {
    const offset = end;
    end += envelope.length;
    return { crashId, offset, size: envelope.length, verdict, trace: traces[index] ?? {} };
  });
  const message = { key: stagedBatchKey(crashIds), size: bytes.length, crashes };
  return { reports, crashIds, message, bytes };
}

const usualTime = new Date('2026-11-22T10:20:30.456Z');

/** An envelope written by the code that ingest writes its envelopes with. */
export function reportWith(content: ReportContent = {}): StagedReport {
  const { verdict = 'accept', dumps = {}, annotations = { ProductName: 'Firefox' } } = content;
  const receivedAt = content.submitted?.at ?? usualTime;
  const crashId = content.submitted?.crashId ?? createCrashId({ now: receivedAt, verdict });
  const chunks: Buffer[] = [];
  const patches: { position: number; bytes: Buffer }[] = [];
  const writer = new EnvelopeWriter({
    append: (bytes) => void chunks.push(bytes),
    patch: (position, bytes) => void patches.push({ position, bytes }),
  });
  for (const [name, bytes] of Object.entries(dumps)) {
    writer.startDump(name);
    writer.writeDump(bytes);
    writer.endDump();
  }
  const rawCrash = serializeRawCrash({
    annotations: new Map(Object.entries(annotations)),
    crashId,
    submittedAt: receivedAt,
    metadata: {
      collector_notes: [],
      payload: 'multipart',
      payload_compressed: '0',
      payload_size: 4711,
      throttle_rule: 'accept_everything',
      user_agent: 'crash client/1.0',
    },
  });
  const idSubmitted = content.submitted ? ({ idSubmitted: true } as const) : {};
  const probe = content.probe ? ({ probe: true } as const) : {};
  writer.finish(
    { crashId, verdict, receivedAt: receivedAt.toISOString(), ...idSubmitted, ...probe },
    [...rawCrash],
  );
  const envelope = Buffer.concat(chunks);
  for (const { position, bytes } of patches) bytes.copy(envelope, position);
  const key = stagedEnvelopeKey(crashId, content.submitted?.at.getTime());
  return { crashId, verdict, envelope, key };
}
