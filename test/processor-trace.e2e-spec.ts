import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import {
  aMinidump,
  aReport,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { type OtlpReceiver, startOtlpReceiver } from './observability/otlp-receiver.js';
import { SeparateServices } from './observability/separate-services.js';

let directory: TemporaryDirectory;
let receiver: OtlpReceiver;
let services: SeparateServices;

beforeEach(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
  services = await SeparateServices.in(directory.path, receiver.environment);
  await services.start('processor', 'crashmover', 'ingest');
});

afterEach(async () => {
  await services.end();
  await receiver.stop();
  await directory.remove();
});

it('one report is one trace, from the request to the processed crash', async () => {
  const report = aReport()
    .withAnnotation('Comments', 'secret-comment')
    .withDump('upload_file_minidump', aMinidump());
  const { crashId = '' } = await submit(`${services.address('ingest')}/submit`, report.build());
  const { traceId, attributes } = await receiver.spanWith({ name: 'process processing' }, crashId);
  await receiver.spanWith({ name: 'process intake', traceId });
  await receiver.spanWith({ name: 'POST /submit', traceId });
  const spans = receiver.spans.filter((span) => span.traceId === traceId);
  const ancestors: string[] = [];
  for (
    let span = spans.find(({ name }) => name === 'walk');
    span;
    span = spans.find(({ spanId }) => spanId === span?.parentSpanId)
  )
    ancestors.push(span.name);

  expect(attributes).toMatchObject({ 'crash.id': crashId, 'crash.outcome': 'processed' });
  expect(ancestors).toEqual([
    'walk',
    'process processing',
    'send processing',
    'process intake',
    'send intake',
    'ship',
    'POST /submit',
  ]);
  const ofProcessor = spans.filter(({ service }) => service === 'antenna-processor');
  expect(ofProcessor.map(({ name }) => name).toSorted()).toEqual([
    // The raw crash twice, the dump names and the minidump.
    'get crashes',
    'get crashes',
    'get crashes',
    'get crashes',
    'process processing',
    'put crashes',
    'walk',
  ]);
  const line = services
    .running('processor')
    .stdout.find((one) => one.includes(`${crashId} processed`));
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    Fields: { trace_id: traceId, crash_id: crashId, walk: 'OK' },
  });
  for (const secret of ['secret-comment', join('opt', 'game'), 'game@0x'])
    expect(receiver.text() + services.running('processor').stdout.join('')).not.toContain(secret);
});
