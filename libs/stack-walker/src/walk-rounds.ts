import { stat } from 'node:fs/promises';
import { systemCode } from '#antenna/errors';
import { StackWalkError } from './stack-walk-error.js';
import type { StackWalk } from './stack-walk.js';
import type { ModuleId, SymbolSupply } from './symbol-supply.js';
import type { SymbolFile, WalkerRequest } from './walker-messages.js';
import type { WalkerThread } from './walker-thread.js';

/** Symbols show the walker further frames, and these ask for further symbols. Real dumps need two or three rounds. */
const maxRounds = 6;
/** Real stacks lie in fewer than a hundred modules. A dump may claim thousands, and each costs a request. */
const maxModules = 200;
const parallelFetches = 8;

export interface WalkedStack {
  readonly walk: StackWalk;
  /** What is missing in the walk and why: symbols that were too large, frames that were cut. */
  readonly notes: readonly string[];
  /** Size of the walk as JSON. */
  readonly bytes: number;
}

export interface SymbolRounds {
  readonly supply: SymbolSupply | undefined;
  /** Of all files together. */
  readonly symbolBytes: number;
  readonly signal: AbortSignal;
}

type Asked = readonly (readonly [debugFile: string, debugId: string])[];

/** Walks, fetches the symbols that the walk asked for, and walks again, until it asks for nothing new. */
export async function walkRounds(
  thread: WalkerThread,
  dump: Uint8Array,
  memoryBytes: number,
  rounds: SymbolRounds,
): Promise<{ readonly stack: WalkedStack; readonly usedBytes: number }> {
  const symbols = new SymbolFiles(rounds);
  let asked = await askedBy(thread, { kind: 'walk', dump, memoryBytes });
  for (let round = 1; rounds.supply !== undefined; round += 1) {
    if (round > maxRounds) {
      symbols.notes.push(
        `symbols: not all were fetched, because ${maxRounds} rounds were not enough`,
      );
      break;
    }
    const files = await symbols.fetch(rounds.supply, asked);
    if (files.length === 0) break;
    try {
      asked = await askedBy(thread, { kind: 'symbols', files });
    } catch (error) {
      throw error instanceof StackWalkError ? new SymbolsTooMuch(error) : error;
    }
  }
  const finished = await thread.ask({ kind: 'finish' });
  if (finished.kind !== 'finished') throw new TypeError(`unexpected answer ${finished.kind}`);
  const walk = JSON.parse(Buffer.from(finished.walk.buffer).toString()) as StackWalk;
  const cut =
    finished.framesCut > 0 ? [`stacks: the last ${finished.framesCut} frames were cut`] : [];
  const stack = { walk, notes: [...symbols.notes, ...cut], bytes: finished.walk.length };
  return { stack, usedBytes: finished.memoryBytes };
}

/** The walk had ended well before it was given symbols. */
export class SymbolsTooMuch extends Error {
  constructor(override readonly cause: StackWalkError) {
    super(cause.message);
  }
}

async function askedBy(
  thread: WalkerThread,
  request: Exclude<WalkerRequest, { kind: 'finish' }>,
): Promise<Asked> {
  const reply = await thread.ask(request);
  if (reply.kind !== 'walked') throw new TypeError(`unexpected answer ${reply.kind}`);
  return reply.asked;
}

/** The symbol files of one walk: each module is looked for once. */
class SymbolFiles {
  readonly notes: string[] = [];
  private readonly seen = new Set<string>();
  private bytesLeft: number;

  constructor(private readonly rounds: SymbolRounds) {
    this.bytesLeft = rounds.symbolBytes;
  }

  async fetch(supply: SymbolSupply, asked: Asked): Promise<readonly SymbolFile[]> {
    const fresh = asked
      .map(([debugFile, debugId], index) => ({ index, module: { debugFile, debugId } }))
      .filter(({ module }) => this.isNew(module));
    const files: SymbolFile[] = [];
    for (let start = 0; start < fresh.length; start += parallelFetches) {
      const group = fresh.slice(start, start + parallelFetches);
      const found = await Promise.all(
        group.map(async ({ index, module }) => {
          const file = await supply.find(module, this.rounds.signal);
          const bytes = file && (await sizeOf(file.path));
          // A cache may have removed it meanwhile.
          return file && bytes !== undefined && { index, path: file.path, bytes, module };
        }),
      );
      for (const file of found) if (file && this.fits(file)) files.push(file);
    }
    return files.map(({ index, path, bytes }) => ({ index, path, bytes }));
  }

  private isNew({ debugFile, debugId }: ModuleId): boolean {
    const key = `${debugFile}/${debugId}`;
    if (this.seen.has(key)) return false;
    if (this.seen.size === maxModules) {
      this.noteOnce(`symbols: the stacks lie in more than ${maxModules} modules`);
      return false;
    }
    this.seen.add(key);
    return true;
  }

  private fits({ bytes, module }: { bytes: number; module: ModuleId }): boolean {
    if (bytes > this.bytesLeft) {
      const limit = `${this.bytesLeft} of ${this.rounds.symbolBytes} are left`;
      this.notes.push(`symbols of ${module.debugFile}: ${bytes} bytes, but ${limit}`);
      return false;
    }
    this.bytesLeft -= bytes;
    return true;
  }

  private noteOnce(note: string): void {
    if (!this.notes.includes(note)) this.notes.push(note);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
