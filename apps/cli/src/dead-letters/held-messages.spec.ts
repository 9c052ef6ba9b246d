import { maxBatch, type ReceiveOptions } from '#antenna/message-queue';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';
import { heldMessages } from './held-messages.js';

const { signal } = new AbortController();
let data: OperatorData;

beforeEach(async () => {
  data = await OperatorData.create();
  for (let index = 0; index < 25; index += 1)
    await data.backend.processing.send([{ body: String(index) }]);
});

afterEach(() => data.dispose());

describe('heldMessages', () => {
  it('yields each message once, and makes them visible in their order', async () => {
    const { processing } = data.backend;
    const seen: string[] = [];
    for await (const { body } of heldMessages(processing, { signal })) seen.push(body);
    const expected = Array.from({ length: 25 }, (_, index) => String(index));
    expect(seen).toEqual(expected);
    expect((await processing.peek(100)).map(({ body }) => body)).toEqual(expected);
    expect(await processing.depth()).toMatchObject({ visible: 25, inFlight: 0 });
  });

  it('makes its messages visible when the caller stops or fails', async () => {
    const { processing } = data.backend;
    for await (const { body } of heldMessages(processing, { signal })) {
      expect(body).toBe('0');
      break;
    }
    expect(await processing.depth()).toMatchObject({ visible: 25, inFlight: 0 });
    const failing = async (): Promise<void> => {
      for await (const { body } of heldMessages(processing, { signal })) throw new Error(body);
    };
    await expect(failing()).rejects.toThrow(/^\d+$/);
    expect(await processing.depth()).toMatchObject({ visible: 25, inFlight: 0 });
  });

  it('receives at most `max` messages', async () => {
    const asked: number[] = [];
    const { processing } = data.backend;
    const queue = new Proxy(processing, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (name === 'receive') {
          return (options: ReceiveOptions) => {
            asked.push(options.max);
            return target.receive(options);
          };
        }
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const seen: string[] = [];
    for await (const { body } of heldMessages(queue, { max: 12, signal })) seen.push(body);
    expect(seen).toHaveLength(12);
    expect(asked).toEqual([maxBatch, 2]);
  });

  it('ends when messages become visible again before it is done', async () => {
    const { processing } = data.backend;
    const seen: string[] = [];
    for await (const { body, receipt } of heldMessages(processing, { signal })) {
      seen.push(body);
      await processing.changeVisibility(receipt, 0);
    }
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
    expect(await processing.depth()).toMatchObject({ visible: 25, inFlight: 0 });
  });
});
