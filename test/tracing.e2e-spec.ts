import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import {
  startAwsStandIns,
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
import { spoolOldEnvelope } from './observability/spool-old-envelope.js';

const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];
const secrets = ['secret-url', 'secret-comment', 'secret@example.com', '198.51.100.7', 'secret=1'];

let directory: TemporaryDirectory;
let receiver: OtlpReceiver;
let services: SeparateServices;

beforeAll(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await services.end();
});

afterAll(async () => {
  await receiver.stop();
  await directory.remove();
});

/** A report full of what must not leave the process in a span. Returns its crash id. */
async function submit(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const form = new FormData();
  const annotations = {
    ProductName: 'Firefox',
    // As Crashpad names it.
    channel: 'nightly',
    URL: 'https://secret-url.example',
    Comments: 'secret-comment',
    Email: 'secret@example.com',
  };
  for (const [name, value] of Object.entries(annotations)) form.append(name, value);
  form.append('upload_file_minidump', new Blob(['MDMP secret-url']), 'some.dmp');
  const url = `${services.address('ingest')}/submit?secret=1`;
  const answer = await fetch(url, {
    method: 'POST',
    body: form,
    headers: { 'X-Forwarded-For': '198.51.100.7', ...headers },
  });
  return /^CrashID=bp-(\S+)\n$/.exec(await answer.text())?.[1] ?? `refused: ${answer.status}`;
}

/** `name (kind, service) < parent`, for all spans of a trace. */
function shape(traceId: string): string[] {
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name;
  return spans
    .map(
      ({ name, kind, service, parentSpanId }) =>
        `${name} (${kind}, ${service.replace('antenna-', '')}) < ${nameOf(parentSpanId) ?? parentSpanId ?? 'nothing'}`,
    )
    .toSorted();
}

const beforeShipping = [
  `POST /submit (${SERVER}, ingest) < nothing`,
  `decode (${INTERNAL}, ingest) < POST /submit`,
  `spool.write (${INTERNAL}, ingest) < POST /submit`,
  `throttle (${INTERNAL}, ingest) < POST /submit`,
];

function shipped(parent: string, intake = 'intake', processing = 'processing'): string[] {
  return [
    `ship (${INTERNAL}, ingest) < ${parent}`,
    `put staging (${CLIENT}, ingest) < ship`,
    `send ${intake} (${PRODUCER}, ingest) < ship`,
    `process ${intake} (${CONSUMER}, crashmover) < send ${intake}`,
    `get staging (${CLIENT}, crashmover) < process ${intake}`,
    `put crashes (${CLIENT}, crashmover) < process ${intake}`,
    `put crashes (${CLIENT}, crashmover) < process ${intake}`,
    `put crashes (${CLIENT}, crashmover) < process ${intake}`,
    `send ${processing} (${PRODUCER}, crashmover) < process ${intake}`,
    `delete staging (${CLIENT}, crashmover) < process ${intake}`,
  ];
}

function expectNothingSecret(): void {
  expect(secrets).not.toEqual([]);
  expect(receiver.text()).toContain('POST /submit');
  expect(secrets.filter((secret) => receiver.text().includes(secret))).toEqual([]);
  const addresses = receiver.spans.flatMap(({ attributes }) =>
    Object.keys(attributes).filter((key) => /address|peer|user_agent|url\.(full|query)/.test(key)),
  );
  expect(addresses).toEqual([]);
}

async function wholeTrace(crashId: string, intake = 'intake'): Promise<ReceivedSpan> {
  const last = await receiver.spanWith({ name: `process ${intake}` }, crashId);
  const trace = receiver.spans.filter(({ traceId }) => traceId === last.traceId);
  expect(trace.map(({ attributes }) => attributes['crash.id'])).toEqual(trace.map(() => crashId));
  return last;
}

function isRefusedRequest({ name, attributes }: ReceivedSpan): boolean {
  return name === 'POST /submit' && attributes['crash.outcome'] === 'malformed';
}

function only(name: string, traceId: string): ReceivedSpan {
  const found = receiver.spans.filter((span) => span.name === name && span.traceId === traceId);
  if (!found[0] || found.length > 1) throw new Error(`${found.length} spans ${name}`);
  return found[0];
}

describe('one report through three processes', () => {
  it('is one trace, from the request to the published id', async () => {
    services = await SeparateServices.in(join(directory.path, 'one'), receiver.environment);
    await services.start('throttle-config', 'crashmover', 'ingest');
    const crashId = await submit();
    const { traceId, links, attributes } = await wholeTrace(crashId);
    await receiver.spanWith({ name: 'ship', traceId });
    await receiver.spanWith({ name: 'POST /submit', traceId });

    expect(shape(traceId)).toEqual([...beforeShipping, ...shipped('POST /submit')].toSorted());
    expect(links).toEqual([{ traceId, spanId: only('send intake', traceId).spanId }]);
    expect(attributes).toEqual({
      'crash.id': crashId,
      'crash.outcome': 'published',
      'messaging.system': 'antenna_embedded',
      'messaging.destination.name': 'intake',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.message.id': expect.any(String),
    });
    expect(only('POST /submit', traceId).attributes).toEqual({
      'crash.id': crashId,
      'crash.outcome': 'accepted',
      'crash.product': 'Firefox',
      'crash.channel': 'nightly',
      'crash.throttle.rule': 'has_comments',
      'crash.throttle.result': 'accept',
      'crash.payload.size': expect.any(Number),
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'http.route': '/submit',
      'network.protocol.version': '1.1',
      'url.path': '/submit',
      'url.scheme': 'http',
    });
    const receive = await receiver.spanWith({ name: 'receive intake' });
    expect(receive).toMatchObject({ kind: CLIENT, links: [{ traceId }] });
    expectNothingSecret();

    const lines = [...services.running('ingest').stdout, ...services.running('crashmover').stdout];
    for (const message of [`${crashId}: matched by`, `${crashId} saved`, `${crashId} published`]) {
      const line = lines.find((candidate) => candidate.includes(message)) ?? '{}';
      expect(JSON.parse(line)).toMatchObject({ Fields: { trace_id: traceId, crash_id: crashId } });
    }
  });

  it('continues the trace of the client, and keeps its sampling decision', async () => {
    services = await SeparateServices.in(join(directory.path, 'client'), receiver.environment);
    await services.start('crashmover', 'ingest');
    const unsampled = '1af7651916cd43dd8448eb211c80319c';
    const sampled = '0af7651916cd43dd8448eb211c80319c';
    await submit({ traceparent: `00-${unsampled}-b7ad6b7169203331-00` });
    const crashId = await submit({ traceparent: `00-${sampled}-b7ad6b7169203331-01` });

    expect(await wholeTrace(crashId)).toMatchObject({ traceId: sampled });
    expect(receiver.spans.filter(({ traceId }) => traceId === unsampled)).toEqual([]);
  });
});

describe('a rejected report', () => {
  it('has a short trace with the reason and without crash data', async () => {
    services = await SeparateServices.in(join(directory.path, 'refused'), receiver.environment);
    await services.start('ingest');
    const form = new FormData();
    const extra = '{"URL": "https://secret-url.example", "Comments": secret-comment';
    form.append('extra', new Blob([extra], { type: 'application/json' }), 'extra.json');
    const url = `${services.address('ingest')}/submit`;
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(400);

    const { traceId, attributes } = await waitFor(() => receiver.spans.find(isRefusedRequest));
    expect(attributes['http.response.status_code']).toBe(400);
    expect(only('decode', traceId)).toMatchObject({
      status: 2,
      attributes: { 'error.type': 'malformed' },
    });
    expectNothingSecret();
  });
});

describe('a report that is not shipped at once', () => {
  it('stays in its trace over a SIGKILL of ingest after the acknowledgement', async () => {
    const data = join(directory.path, 'killed');
    services = await SeparateServices.in(data, receiver.environment);
    const blocked = join(data, 'staging/v1/envelope');
    await mkdir(dirname(blocked), { recursive: true });
    await writeFile(blocked, 'a file where a folder should be');
    await services.start('ingest');
    const crashId = await submit();
    const { traceId, spanId } = await receiver.spanWith({ name: 'POST /submit' }, crashId);
    const notShipped = `${crashId} not shipped yet`;
    const line = await waitFor(() =>
      services.running('ingest').stdout.find((candidate) => candidate.includes(notShipped)),
    );
    expect(JSON.parse(line)).toMatchObject({ Fields: { trace_id: traceId, step: 'stage' } });
    await services.kill('ingest');
    await rm(blocked);
    await services.start('ingest', 'crashmover');
    await wholeTrace(crashId);
    await receiver.spanWith({ name: 'send processing', traceId }, crashId);

    const shipping = receiver.spans.filter(
      (span) => span.traceId === traceId && span.name === 'ship' && span.status !== 2,
    );
    expect(shipping).toMatchObject([{ parentSpanId: spanId }]);
    expect(shape(traceId)).toEqual(
      expect.arrayContaining([...beforeShipping, ...shipped('POST /submit')]),
    );
    expectNothingSecret();
  });

  it('starts a new trace, linked to the old one, after minutes of waiting', async () => {
    const data = join(directory.path, 'old');
    const old = { traceId: '2af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
    const crashId = await spoolOldEnvelope(join(data, 'spool'), old);
    services = await SeparateServices.in(data, receiver.environment);
    await services.start('crashmover', 'ingest');
    const { traceId } = await wholeTrace(crashId);
    const ship = await receiver.spanWith({ name: 'ship', traceId });

    expect(traceId).not.toBe(old.traceId);
    expect(ship).toMatchObject({ parentSpanId: undefined, links: [old] });
    const withoutDump = shipped('nothing').toSpliced(5, 1);
    expect(shape(traceId)).toEqual(withoutDump.toSorted());
  });
});

describe('on S3 and SQS', () => {
  it('is the same trace, with buckets and keys', async () => {
    const standIns = await startAwsStandIns({
      buckets: ['staged', 'kept'],
      queues: ['antenna-intake', 'antenna-processing', 'antenna-intake-dead-letter'],
    });
    services = await SeparateServices.in(join(directory.path, 'aws'), {
      ...receiver.environment,
      ...standIns.environment,
      BACKEND: 'aws',
      S3_ENDPOINT: standIns.connection.endpoint,
      SQS_ENDPOINT: standIns.connection.endpoint,
      S3_PATH_STYLE: 'true',
      STAGING_BUCKET: 'staged',
      CRASH_BUCKET: 'kept',
      CRASH_PREFIX: 'antenna',
    });
    await services.start('crashmover', 'ingest');
    const crashId = await submit();
    const { traceId, attributes } = await wholeTrace(crashId, 'antenna-intake');
    await receiver.spanWith({ name: 'ship', traceId });
    await receiver.spanWith({ name: 'POST /submit', traceId });

    expect(shape(traceId)).toEqual(
      [
        ...beforeShipping,
        ...shipped('POST /submit', 'antenna-intake', 'antenna-processing'),
      ].toSorted(),
    );
    expect(attributes).toMatchObject({ 'messaging.system': 'aws_sqs' });
    expect(only('put staging', traceId).attributes).toEqual({
      'crash.id': crashId,
      'aws.s3.bucket': 'staged',
      'aws.s3.key': expect.stringContaining(`/${crashId}`),
      'rpc.system.name': 'aws-api',
      'rpc.method': 'S3/PutObject',
    });
    const keys = receiver.spans
      .filter((span) => span.traceId === traceId && span.name === 'put crashes')
      .map((span) => [span.attributes['aws.s3.bucket'], span.attributes['aws.s3.key']]);
    expect(keys).toContainEqual(['kept', `antenna/v1/dump/${crashId}`]);
    expectNothingSecret();
    await services.end();
    await standIns.stop();
  });
});
