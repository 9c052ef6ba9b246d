/** Ingest in this process, on a real socket, with a directory as staging store and embedded queues. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openDirectoryBlobStore } from '#antenna/blob-store';
import { openEmbeddedQueues } from '#antenna/message-queue';
import { loadConfig, type RunningService } from '#antenna/service';
import { type MetricsForTests, metricsForTests } from '#antenna/telemetry';
import {
  acceptAllRuleset,
  type CrashReport,
  rawRequest,
  type RawExchange,
  type RawRequestOptions,
  type RawStep,
  recordingLogger,
  type RecordingLogger,
  requestBytes,
  temporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { IngestConfig, startIngest } from '../src/index.js';
import { type HeldUpload, holdUpload } from './held-upload.js';
import { FailingQueue, FailingStore } from './outages.js';
import { envelopeOf, type StoredReport } from './stored-report.js';

export interface IngestOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A ruleset document; every report is accepted unless given. */
  readonly rules?: string;
  /** A directory of an earlier instance; it is not removed at the end. */
  readonly directory?: string;
  /** Called before the service starts. */
  readonly prepare?: (backing: { staging: FailingStore; intake: FailingQueue }) => void;
}

/** The answer and the outcome of one request. */
interface Exchange {
  readonly answer: RawExchange;
  /** For example `accepted` or `malformed no_boundary`; exactly one for each request. */
  readonly outcome: string;
}

export interface IngestInTest {
  readonly port: number;
  readonly service: RunningService;
  readonly telemetry: MetricsForTests;
  readonly logger: RecordingLogger;
  readonly directory: string;
  readonly spool: string;
  readonly staging: FailingStore;
  readonly intake: FailingQueue;
  /** Writes these bytes, and returns the answer and the outcome of the one request. */
  exchange(steps: readonly RawStep[], options?: RawRequestOptions): Promise<Exchange>;
  submit(report: CrashReport, headers?: Readonly<Record<string, string>>): Promise<Exchange>;
  /** Returns also the outcome of the one request that the action makes. */
  withOutcome<T>(action: () => T | Promise<T>): Promise<{ result: T; outcome: string }>;
  /** For concurrent requests, whose outcomes cannot be distinguished. */
  send(steps: readonly RawStep[], options?: RawRequestOptions): Promise<RawExchange>;
  /** Starts a request; the caller must end it. */
  hold(bytes: Buffer): Promise<HeldUpload>;
  /** Opens a connection and sends less than a request. */
  connection(bytes: Buffer): Promise<HeldUpload>;
  /** Announces further requests on a connection of `hold`. */
  expectRequests(count: number): void;
  /** Waits until that many uploads are in flight. */
  inFlight(count: number): Promise<void>;
  /** The outcomes of all requests so far, in any order. */
  outcomes(): Promise<string[]>;
  /** Waits for the report with the answered crash id in the staging store, and returns it. */
  stored(answer: Pick<RawExchange, 'body'>): Promise<StoredReport>;
  /** Waits until the spool is empty. */
  shipped(): Promise<void>;
  /** @throws Error when a request was not counted exactly once. */
  close(): Promise<void>;
}

export async function startIngestInTest(options: IngestOptions = {}): Promise<IngestInTest> {
  const temporary = options.directory === undefined ? await temporaryDirectory() : undefined;
  const directory = options.directory ?? temporary?.path ?? '';
  const rulesFile = join(directory, 'rules.yaml');
  await writeFile(rulesFile, options.rules ?? acceptAllRuleset);
  const spool = join(directory, 'spool');
  const config = loadConfig(IngestConfig, {
    HOST: '127.0.0.1',
    PORT: '0',
    RULES_FILE: rulesFile,
    SPOOL_DIR: spool,
    SPOOL_MIN_FREE: '0B',
    ...options.env,
  });
  const staging = new FailingStore(
    await openDirectoryBlobStore({ directory: join(directory, 'staging') }),
  );
  const queues = await openEmbeddedQueues({ directory: join(directory, 'queues') });
  const intake = new FailingQueue(queues.queue('intake'));
  options.prepare?.({ staging, intake });
  const logger = recordingLogger();
  const telemetry = metricsForTests();
  const { metrics } = telemetry;
  const service = await startIngest({ config, staging, intake, logger, metrics }).catch(
    async (error: unknown) => {
      await queues.close();
      await temporary?.remove();
      throw error;
    },
  );
  const port = Number(new URL(service.url).port);
  const outcomes = async (): Promise<string[]> => await countedOutcomes(telemetry);
  let exchanges = 0;

  const send: IngestInTest['send'] = async (steps, requestOptions) => {
    exchanges += 1;
    return await rawRequest(port, steps, requestOptions);
  };

  const withOutcome: IngestInTest['withOutcome'] = async (action) => {
    const before = await outcomes();
    exchanges += 1;
    const result = await action();
    // A client can disconnect before its request is counted.
    const after = await waitFor(async () => {
      const now = await outcomes();
      return now.length > before.length && now;
    });
    return { result, outcome: difference(after, before).join(' + ') };
  };

  const exchange: IngestInTest['exchange'] = async (steps, requestOptions) => {
    const action = async (): Promise<RawExchange> => await rawRequest(port, steps, requestOptions);
    const { result, outcome } = await withOutcome(action);
    return { answer: result, outcome };
  };

  return {
    port,
    service,
    telemetry,
    logger,
    directory,
    spool,
    staging,
    intake,
    exchange,
    withOutcome,
    send,
    hold: async (bytes) => {
      exchanges += 1;
      return await holdUpload(port, bytes);
    },
    connection: async (bytes) => await holdUpload(port, bytes),
    expectRequests: (count) => {
      exchanges += count;
    },
    inFlight: async (count) => {
      const uploads = 'antenna.ingest.uploads_in_flight';
      await waitFor(async () => (await telemetry.value(uploads)) === count, {
        describe: `${count} uploads`,
      });
    },
    outcomes,
    submit: async (report, headers = {}) =>
      await exchange(requestBytes(report.build(), { headers })),
    stored: async (answer) => await envelopeOf(answer, staging),
    shipped: async () => {
      await waitFor(async () => (await telemetry.value('antenna.spool.depth')) === 0);
    },
    close: async () => {
      await service.close();
      await queues.close();
      await temporary?.remove();
      const counted = (await outcomes()).length;
      if (counted !== exchanges)
        throw new Error(`${exchanges} requests were sent and ${counted} outcomes counted`);
    },
  };
}

/** One string per outcome; a malformed report has its reason, from a separate counter. */
async function countedOutcomes(telemetry: MetricsForTests): Promise<string[]> {
  const readings = await telemetry.readings();
  const reasons = readings.filter(({ name }) => name === 'antenna.ingest.malformed');
  const outcomes = readings.filter(
    ({ name, attributes }) =>
      name === 'antenna.ingest.outcomes' &&
      attributes['outcome'] !== 'malformed' &&
      attributes['outcome'] !== 'too_large',
  );
  return [
    ...outcomes.flatMap(({ attributes, value }) =>
      Array.from({ length: value }, () => String(attributes['outcome'])),
    ),
    ...reasons.flatMap(({ attributes, value }) =>
      Array.from({ length: value }, () => `malformed ${String(attributes['reason'])}`),
    ),
  ];
}

function difference(all: readonly string[], known: readonly string[]): string[] {
  const rest = [...all];
  for (const outcome of known) rest.splice(rest.indexOf(outcome), 1);
  return rest;
}
