import { createHash } from 'node:crypto';

const hashBytes = 6;

/**
 * Whether a crash belongs to the share of all crashes. Depends on the id alone, so that each run chooses the same, and a
 * larger share includes a smaller one.
 * @param share from 0 to 1
 */
export function isSampled(crashId: string, share: number): boolean {
  const hash = createHash('sha256').update(crashId).digest().readUIntBE(0, hashBytes);
  return hash < share * 2 ** (8 * hashBytes);
}
