import { describe, expect, it } from '@jest/globals';

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
