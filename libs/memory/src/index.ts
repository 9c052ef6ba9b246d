/** Limits the bytes held at the same time. Callers take what fits now, or wait in order until theirs fit. */
export class ByteSemaphore {
  private taken = 0;
  private readonly waiting: { bytes: number; start: () => void }[] = [];

  constructor(private readonly total: number) {}

  /** Takes the bytes and returns true, unless they do not fit now; `giveBack` returns them. */
  tryTake(bytes: number): boolean {
    if (this.waiting.length > 0 || !this.fits(bytes)) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
    this.startNext();
  }

  /**
   * Waits until the bytes fit; more than the total is granted alone. Returns a function that releases them.
   * @throws the signal's reason when it aborts before
   */
  async acquire(wanted: number, signal?: AbortSignal): Promise<() => void> {
    const bytes = Math.min(wanted, this.total);
    if (!this.tryTake(bytes)) await this.wait(bytes, signal);
    let held = true;
    return () => {
      if (held) this.giveBack(bytes);
      held = false;
    };
  }

  private async wait(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        this.startNext();
        reject(signal?.reason as Error);
      };
      const waiter = {
        bytes,
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.throwIfAborted();
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.push(waiter);
    });
  }

  private fits(bytes: number): boolean {
    return this.taken + bytes <= this.total;
  }

  private startNext(): void {
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.taken += next.bytes;
      next.start();
    }
  }
}

/**
 * Gives the memory of large bytes back at once: the garbage collector counts it as its own, and runs for it as often as
 * for as many bytes of objects. Nothing must use the bytes any more, nor their views. A part of a larger buffer is left alone.
 */
export function free(bytes: Buffer): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}
export { readBounded } from './read-bounded.js';
