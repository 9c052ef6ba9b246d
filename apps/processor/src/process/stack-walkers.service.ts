import { Inject, Injectable } from '@nestjs/common';

import {
  type ModuleId,
  StackWalkers,
  type WalkedStack,
  type WalkTime,
} from '#antenna/stack-walker';
import type { Symbols } from '#antenna/symbols';

import { SYMBOLS } from '../dependencies.js';
import { ProcessError } from '../process-error.js';
import { ProcessorConfig } from '../processor.config.js';

/** The threads that walk stacks, with the symbols that they need. The first walk starts them. */
@Injectable()
export class StackWalkersService {
  private readonly walkers: StackWalkers;

  constructor(
    @Inject(SYMBOLS) private readonly symbols: Symbols,
    { walkers, walkTimeoutMs, walkSymbolBytes, concurrency }: ProcessorConfig,
  ) {
    this.walkers = new StackWalkers({
      workers: walkers,
      queued: concurrency,
      deadlineMs: walkTimeoutMs,
      symbolBytes: walkSymbolBytes,
    });
  }

  /** Of what walks, with its hash. */
  get version(): string {
    return this.walkers.version;
  }

  /** After the last walk: Nest closes all services at the same time. */
  async close(): Promise<void> {
    await this.walkers.close();
  }

  /**
   * @throws StackWalkError if the dump cannot be walked; ProcessError if it may be later, also because of its symbols,
   *   unless it is walked without them
   */
  async walk(
    dump: Buffer,
    { isWithoutSymbols, time }: { readonly isWithoutSymbols: boolean; readonly time: WalkTime },
  ): Promise<WalkedStack> {
    const unavailable = new Set<string>();
    const find = async (module: ModuleId, signal: AbortSignal) => {
      const found = await this.symbols.lookup(module, signal);
      if (found.outcome === 'unavailable') unavailable.add(module.debugFile);
      return found.outcome === 'found' ? found.file : undefined;
    };
    const walked = await this.walkers.walk(dump, { symbols: { find }, time });
    if (unavailable.size === 0) return walked;
    if (!isWithoutSymbols) throw new ProcessError('walk', 'symbols_unavailable', 'fully');
    const note = `no source of symbols answered for ${unavailable.size} modules`;
    return { ...walked, notes: [...walked.notes, note] };
  }
}
