import { describe, expect, it, jest } from '@jest/globals';

import { unavailable } from '../outcome/outcome.js';
import type { Progress } from './upload.js';
import { UploadSlots } from './upload-slots.js';

const KiB = 1024;
const minUploadRate = KiB;

/** An upload with this progress, which records how it was ended. */
class TrialUpload {
  ended = '';

  constructor(readonly progress: Progress | undefined) {}

  cutOff(): void {
    this.ended = 'cut off';
  }

  interrupt(reason: Error): void {
    this.ended = reason.message;
  }
}

function upload(bytesPerSecond = 1024 * KiB, waitedMs = 10_000): TrialUpload {
  return new TrialUpload({ bytesPerSecond, waitedMs });
}

describe('UploadSlots', () => {
  it('gives slots until all are taken, and again after one is freed', () => {
    const slots = new UploadSlots(2, minUploadRate);
    const first = slots.tryTake(upload());
    const second = slots.tryTake(upload());
    expect(slots.tryTake(upload())).toBeUndefined();
    first?.();
    expect(slots.tryTake(upload())).toBeInstanceOf(Function);
    expect(slots.tryTake(upload())).toBeUndefined();
    second?.();
    expect(slots.used).toBe(1);
  });

  it('frees a slot only once', () => {
    const slots = new UploadSlots(3, minUploadRate);
    const free = slots.tryTake(upload());
    slots.tryTake(upload());
    free?.();
    free?.();
    expect(slots.used).toBe(1);
  });

  it('takes the slot of the slowest upload if all are taken', () => {
    const slots = new UploadSlots(4, minUploadRate);
    const uploads = [upload(3000), upload(2), upload(1), upload()];
    for (const each of uploads) slots.tryTake(each);
    expect(slots.tryTake(upload())).toBeInstanceOf(Function);
    expect(uploads.map(({ ended }) => ended)).toEqual(['', '', 'cut off', '']);
    expect(slots.used).toBe(4);
  });

  it.each<[string, TrialUpload]>([
    ['as fast as the slowest links of 3G', upload(8 * KiB)],
    ['too young to be judged', upload(1, 1999)],
    ['not waited for: its body is complete, or ingest is busy', new TrialUpload(undefined)],
  ])('never takes the slot of an upload that is %s', (_case, held) => {
    const slots = new UploadSlots(1, minUploadRate);
    slots.tryTake(held);
    expect(slots.tryTake(upload())).toBeUndefined();
    expect(held.ended).toBe('');
  });

  it('lets an upload wait for a slot that is freed', async () => {
    const slots = new UploadSlots(1, minUploadRate);
    const free = slots.tryTake(upload());
    const taken = slots.take(upload());
    free?.();
    expect(await taken).toBeInstanceOf(Function);
    expect(slots.used).toBe(1);
  });

  it('serves waiting uploads in their order', async () => {
    const slots = new UploadSlots(2, minUploadRate);
    const free = slots.tryTake(upload());
    slots.tryTake(upload());
    const order: string[] = [];
    const waitAs = async (name: string): Promise<void> => {
      const slot = await slots.take(upload());
      order.push(name);
      slot?.();
    };
    const both = Promise.all([waitAs('first'), waitAs('second')]);
    free?.();
    await both;
    expect(order).toEqual(['first', 'second']);
  });

  it('refuses an upload at once if as many wait as there are slots', async () => {
    const slots = new UploadSlots(1, minUploadRate);
    const free = slots.tryTake(upload());
    const waiting = slots.take(upload());
    expect(await slots.take(upload())).toBeUndefined();
    free?.();
    await waiting;
  });

  it('refuses an upload for which no slot becomes free in time', async () => {
    jest.useFakeTimers();
    try {
      const slots = new UploadSlots(1, minUploadRate);
      slots.tryTake(upload());
      const taken = slots.take(upload());
      jest.advanceTimersByTime(3000);
      expect(await taken).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });

  it('takes no slot of another upload if there is no least rate', () => {
    const slots = new UploadSlots(1, 0);
    slots.tryTake(upload(0));
    expect(slots.tryTake(upload())).toBeUndefined();
  });

  it('interrupts all uploads with the given reason', () => {
    const slots = new UploadSlots(2, minUploadRate);
    const held = upload();
    slots.tryTake(held);
    slots.interruptAll(unavailable('shutting down'));
    expect(held.ended).toBe('unavailable: shutting down');
  });
});
