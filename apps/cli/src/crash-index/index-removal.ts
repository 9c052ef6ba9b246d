import { CrashIndexError, markPending } from '#antenna/crash-index';
import type { StoredCrashes } from '#antenna/stored-crashes';
import { type CliContext, printLine } from '../cli-context.js';
import { removeFromFile } from '../processed/open-index.js';
import { inOneLine } from '../terminal-safe.js';
import { openSearchIndex } from './configured-index.js';

/** Removes crashes from the index, after what they were made of is deleted. */
export interface IndexRemoval {
  /** @param before leaves an entry of this time or later, in epoch milliseconds */
  remove(crashId: string, before: number): Promise<void>;
}

/**
 * Gives the action the index that `CRASH_INDEX` names, or the file that `npm start` keeps. While OpenSearch is away, each
 * crash gets a marker in the store, and a processor removes it later.
 * @throws CliError
 */
export async function withIndexRemoval(
  crashes: StoredCrashes,
  context: CliContext,
  action: (removal: IndexRemoval) => Promise<void>,
): Promise<void> {
  const index = await openSearchIndex(context);
  if (!index) {
    await action({ remove: async (crashId) => await removeFromFile(crashes, context, crashId) });
    return;
  }
  let isAway = false;
  const remove = async (crashId: string, before: number): Promise<void> => {
    if (!isAway) {
      try {
        await index.remove([crashId], before);
        return;
      } catch (error) {
        if (!(error instanceof CrashIndexError)) throw error;
        isAway = true;
        const note = `note: ${error.message}; a processor removes these crashes when it is back`;
        await printLine(context.stderr, inOneLine(note));
      }
    }
    await markPending(crashes.store, crashId, context.now().getTime());
  };
  try {
    await action({ remove });
  } finally {
    await index.close();
  }
}
