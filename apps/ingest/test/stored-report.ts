import type { BlobStore } from '#antenna/blob-store';
import { type EnvelopeHeader, readEnvelope, stagedEnvelopeKey } from '#antenna/crash-report';
import { type RawExchange, waitFor } from '#antenna/testing';

type AnswerBody = Pick<RawExchange, 'body'>;

/** A report that ingest has shipped. */
export interface StoredReport {
  readonly crashId: string;
  readonly header: EnvelopeHeader;
  /** The JSON of the raw crash. */
  readonly text: string;
  /** The raw crash without the fields of the collector. */
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** `metadata.collector_notes` */
  readonly notes: readonly string[];
  readonly submittedAt: string;
  readonly dumps: ReadonlyMap<string, Buffer>;
}

/** @throws Error when the answer has no crash id */
export function crashIdIn(answer: AnswerBody): string {
  const id = /^CrashID=bp-([0-9a-f-]{36})\n$/.exec(answer.body)?.[1];
  if (id === undefined) throw new Error(`no crash id in ${JSON.stringify(answer.body)}`);
  return id;
}

export async function envelopeOf(answer: AnswerBody, staging: BlobStore): Promise<StoredReport> {
  const crashId = crashIdIn(answer);
  const bytes = await waitFor(
    async () => {
      // The key of a submitted id has a suffix.
      for await (const { key } of staging.list(stagedEnvelopeKey(crashId)))
        return await staging.get(key);
      return undefined;
    },
    { describe: `the envelope of ${crashId} in the staging store` },
  );
  const { header, dumps, rawCrash } = readEnvelope(bytes);
  const text = rawCrash.toString();
  const { uuid, submitted_timestamp, version, metadata, ...annotations } = JSON.parse(text);
  if (uuid !== crashId || version !== 2) throw new Error('the raw crash belongs to another report');
  return {
    crashId,
    header,
    text,
    annotations,
    metadata,
    notes: metadata.collector_notes,
    submittedAt: submitted_timestamp,
    dumps: new Map(dumps.map(({ name, bytes: dump }) => [name, dump])),
  };
}
