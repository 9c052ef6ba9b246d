import type { RefusedReport } from '../outcome/outcome.js';
import type { Progress, Upload } from './upload.js';

/** How long ingest must have waited for an upload before it may give way. */
const minWaitMs = 2000;
/** Below this multiple of MIN_UPLOAD_RATE, an upload may give way: by default 8 KiB/s, the slowest links of 3G. */
const slowFactor = 8;

type SlotHolder = Pick<Upload, 'progress' | 'cutOff' | 'interrupt'>;

/** Limits how many uploads a process reads at once. If all slots are taken, the slowest upload gives way. */
export class UploadSlots {
  private readonly holders = new Set<SlotHolder>();

  constructor(
    private readonly total: number,
    private readonly minUploadRate: number,
  ) {}

  get used(): number {
    return this.holders.size;
  }

  /** Returns a function that frees the slot, or undefined when all are taken by uploads that make progress. */
  tryTake(upload: SlotHolder): (() => void) | undefined {
    if (this.holders.size >= this.total && !this.cutOffSlowest()) return undefined;
    this.holders.add(upload);
    return () => void this.holders.delete(upload);
  }

  interruptAll(reason: RefusedReport): void {
    for (const upload of this.holders) upload.interrupt(reason);
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
