import { type StoredCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import type { Side } from './decided-by-chance.js';
import type { Difference } from './difference.js';

export type Stores = Readonly<Record<Side, StoredCrashes>>;

/** A crash of one store; a damaged object is a difference. */
export async function findCrash(
  stores: Stores,
  side: Side,
  crashId: string,
): Promise<{ readonly crash?: StoredCrash | undefined; readonly damage?: Difference }> {
  try {
    return { crash: await stores[side].find(crashId) };
  } catch (error) {
    if (!(error instanceof StoredCrashesError)) throw error;
    return { damage: { kind: 'damaged_object', subject: side, [side]: error.message } };
  }
}
