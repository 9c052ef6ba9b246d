import { afterEach, beforeEach, expect, it } from '@jest/globals';

import {
  aReport,
  type AwsStandIns,
  startAwsStandIns,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from './observability/otlp-receiver.js';
import { SeparateServices } from './observability/separate-services.js';

const [INTERNAL, CLIENT, PRODUCER, CONSUMER] = [1, 3, 4, 5];

let directory: TemporaryDirectory;
let receiver: OtlpReceiver;
let standIns: AwsStandIns;
let services: SeparateServices;

beforeEach(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
  standIns = await startAwsStandIns({
    buckets: ['staged', 'kept'],
    queues: ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'],
  });
  services = await SeparateServices.in(directory.path, {
    ...receiver.environment,
    ...standIns.environment,
    BACKEND: 'aws',
    S3_ENDPOINT: standIns.connection.endpoint,
    SQS_ENDPOINT: standIns.connection.endpoint,
    S3_PATH_STYLE: 'true',
    STAGING_BUCKET: 'staged',
    CRASH_BUCKET: 'kept',
    SHIP_BATCH_COUNT: '3',
    SHIP_LINGER: '10s',
  });
});

afterEach(async () => {
  await services.end();
  await standIns.stop();
  await receiver.stop();
  await directory.remove();
});

async function submitted(): Promise<string> {
  const report = aReport().withDump('upload_file_minidump', Buffer.from('MDMP')).build();
  const { crashId } = await submit(`${services.address('ingest')}/submit`, report);
  return crashId ?? 'refused';
}

const place = ({ traceId, spanId }: ReceivedSpan) => ({ traceId, spanId });
const places = (spans: readonly ReceivedSpan[]) =>
  spans.map(place).toSorted((a, b) => a.spanId.localeCompare(b.spanId));
const linksOf = ({ links }: ReceivedSpan) =>
  links.toSorted((a, b) => a.spanId.localeCompare(b.spanId));

async function spans(name: string, count: number): Promise<ReceivedSpan[]> {
  const found = (): ReceivedSpan[] => receiver.spans.filter((span) => span.name === name);
  await waitFor(() => found().length >= count, {
    timeoutMs: 20_000,
    describe: () => `${count} spans ${name}, of which there are ${found().length}`,
  });
  expect(found()).toHaveLength(count);
  return found();
}

/** A report that arrives at a quiet time. Those that follow wait for each other. */
async function oneShippedAlone(): Promise<void> {
  await submitted();
  // The last spans of both services.
  for (const name of ['POST /submit', 'ship', 'process antenna-intake']) await spans(name, 1);
  receiver.spans.length = 0;
}

it('each crash of a batch has one trace, and the spans of the batch link to all of them', async () => {
  await services.start('crashmover', 'ingest');
  await oneShippedAlone();
  const crashIds = await Promise.all([submitted(), submitted(), submitted()]);
  const requests = await spans('POST /submit', 3);
  const ships = await spans('ship', 3);
  const moves = await spans('move', 3);
  const published = await spans('send antenna-processing', 3);
  const [batch] = await spans('ship batch', 1);
  const [announced] = await spans('send antenna-intake', 1);
  const [processed] = await spans('process antenna-intake', 1);
  const [received] = await spans('receive antenna-intake', 1);
  if (!batch || !announced || !processed || !received) throw new Error('there is no span');

  expect(crashIds).not.toContain('refused');
  for (const crashId of crashIds) {
    const of = (all: readonly ReceivedSpan[]): ReceivedSpan => {
      const [one, ...more] = all.filter(({ attributes }) => attributes['crash.id'] === crashId);
      if (!one || more.length > 0) throw new Error(`${all[0]?.name} of ${crashId}`);
      return one;
    };
    const { traceId, spanId } = of(requests);
    expect(of(ships)).toMatchObject({ traceId, parentSpanId: spanId, kind: INTERNAL });
    expect(of(moves)).toMatchObject({
      traceId,
      parentSpanId: of(ships).spanId,
      links: [place(processed)],
      attributes: { 'crash.outcome': 'published' },
    });
    expect(of(published)).toMatchObject({
      traceId,
      parentSpanId: of(moves).spanId,
      kind: PRODUCER,
    });
    const puts = receiver.spans.filter(
      (span) => span.name === 'put crashes' && span.parentSpanId === of(moves).spanId,
    );
    expect(puts.map(({ attributes }) => attributes['crash.id'])).toEqual(puts.map(() => crashId));
    expect(puts).toHaveLength(3);
  }
  expect(batch).toMatchObject({ parentSpanId: undefined, kind: INTERNAL });
  const { traceId } = batch;
  expect(announced).toMatchObject({ traceId, parentSpanId: batch.spanId, kind: PRODUCER });
  expect(processed).toMatchObject({ traceId, parentSpanId: announced.spanId, kind: CONSUMER });
  expect(received).toMatchObject({
    kind: CLIENT,
    attributes: { 'messaging.operation.type': 'receive', 'messaging.batch.message_count': 1 },
  });
  for (const span of [batch, announced, processed, received])
    expect(linksOf(span)).toEqual(places(ships));
  for (const [name, parent] of [
    ['put staging', batch],
    ['get staging', processed],
    ['delete staging', processed],
  ] as const)
    expect(await spans(name, 1)).toMatchObject([{ traceId, parentSpanId: parent.spanId }]);
});
