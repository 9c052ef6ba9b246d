import type { RefusedReport } from '../outcome/outcome.js';
import type { Progress, Upload } from './upload.js';

/** How long ingest must have waited for an upload before it may give way. */
const minWaitMs = 2000;
/** Below this multiple of MIN_UPLOAD_RATE, an upload may give way: by default 8 KiB/s, the slowest links of 3G. */
const slowFactor = 8;

/** How long an upload waits for a slot: until every upload that was there before it may give way. */
const maxWaitForSlotMs = 3000;
const checkSlotsEveryMs = 100;

type SlotHolder = Pick<Upload, 'progress' | 'cutOff' | 'interrupt'>;

type FreeSlot = () => void;

interface Waiting {
  readonly upload: SlotHolder;
  readonly resolve: (slot: FreeSlot | undefined) => void;
}

/**
 * Limits how many uploads a process reads at once. If all slots are taken, the slowest upload gives way, and others wait
 * for a moment; nothing of their bodies is read meanwhile.
 */
export class UploadSlots {
  private readonly holders = new Set<SlotHolder>();
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly total: number,
    private readonly minUploadRate: number,
  ) {}

  get used(): number {
    return this.holders.size;
  }

  /** Resolves with a function that frees the slot, or with undefined if none is free in time. */
  async take(upload: SlotHolder): Promise<FreeSlot | undefined> {
    const slot = this.waiting.size === 0 ? this.tryTake(upload) : undefined;
    if (slot || this.waiting.size >= this.total) return slot;
    const { promise, resolve } = Promise.withResolvers<FreeSlot | undefined>();
    const waiting = { upload, resolve };
    this.waiting.add(waiting);
    const deadline = setTimeout(() => this.endWait(waiting, undefined), maxWaitForSlotMs);
    const check = setInterval(() => this.serveWaiting(), checkSlotsEveryMs);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      clearInterval(check);
    }
  }

  /** As `take`, without waiting. */
  tryTake(upload: SlotHolder): FreeSlot | undefined {
    if (this.holders.size >= this.total && !this.cutOffSlowest()) return undefined;
    this.holders.add(upload);
    return () => {
      if (this.holders.delete(upload)) this.serveWaiting();
    };
  }

  interruptAll(reason: RefusedReport): void {
    for (const waiting of this.waiting) this.endWait(waiting, undefined);
    for (const upload of this.holders) upload.interrupt(reason);
  }

  private serveWaiting(): void {
    for (const waiting of this.waiting) {
      const slot = this.tryTake(waiting.upload);
      if (!slot) return;
      this.endWait(waiting, slot);
    }
  }

  private endWait(waiting: Waiting, slot: FreeSlot | undefined): void {
    this.waiting.delete(waiting);
    waiting.resolve(slot);
  }

  private cutOffSlowest(): boolean {
    let slowest: SlotHolder | undefined;
    let rate = this.minUploadRate * slowFactor;
    for (const upload of this.holders) {
      const { progress } = upload;
      if (!mayGiveWay(progress) || progress.bytesPerSecond >= rate) continue;
      slowest = upload;
      rate = progress.bytesPerSecond;
    }
    if (!slowest) return false;
    this.holders.delete(slowest);
    slowest.cutOff();
    return true;
  }
}

function mayGiveWay(progress: Progress | undefined): progress is Progress {
  return progress !== undefined && progress.waitedMs >= minWaitMs;
}
