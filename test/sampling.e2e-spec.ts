import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, submit, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { type OtlpReceiver, startOtlpReceiver } from './observability/otlp-receiver.js';
import { SeparateServices } from './observability/separate-services.js';

let directory: TemporaryDirectory;
let receiver: OtlpReceiver;

beforeAll(async () => {
  directory = await temporaryDirectory();
  receiver = await startOtlpReceiver();
});

afterAll(async () => {
  await receiver.stop();
  await directory.remove();
});

/** Crash ids of reports that were sent to an ingest with this sampler, without and with a sampled parent. */
async function sent(sampler: string): Promise<[alone: string, withParent: string]> {
  const services = await SeparateServices.in(`${directory.path}/${sampler}`, {
    ...receiver.environment,
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: '0',
  });
  await services.start('ingest');
  const url = `${services.address('ingest')}/submit`;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const send = async (headers: Record<string, string>): Promise<string> => {
    const { crashId, body } = await submit(url, aReport().build(), { headers });
    return crashId ?? body;
  };
  const ids: [string, string] = [await send({}), await send({ traceparent })];
  await services.running('ingest').stop({ timeoutMs: 20_000 });
  return ids;
}

function isTraced(crashId: string): boolean {
  return receiver.spans.some(({ attributes }) => attributes['crash.id'] === crashId);
}

describe('the sampler of OTEL_TRACES_SAMPLER', () => {
  it.each([
    ['traceidratio', [false, false]],
    ['parentbased_traceidratio', [false, true]],
    ['parentbased_always_on', [true, true]],
  ])('%s decides which reports are traced', async (sampler, traced) => {
    expect((await sent(sampler)).map(isTraced)).toEqual(traced);
  });
});
