/** Longest dump name, in characters (docs/submission.md). */
const maxNameLength = 30;
const dumpNamePattern = /^[A-Za-z0-9_]{1,30}$/;
const otherCharacters = /[^A-Za-z0-9_]/g;
/** Folders of the stored layout; a dump of that name would be stored among other objects. */
const reservedNames: ReadonlySet<string> = new Set([
  'dump',
  'dump_names',
  'raw_crash',
  'processed_crash',
]);
/** Length of the longest suffix, `_9999`. */
const maxSuffixLength = 5;

/** A dump has no usable name, so the report is malformed. */
export class InvalidDumpNameError extends Error {
  override readonly name = 'InvalidDumpNameError';
  readonly code = 'invalid_dump_name';
}

/** True for a name that `DumpNames` can return. */
export function isDumpName(name: string): boolean {
  return dumpNamePattern.test(name) && !reservedNames.has(name);
}

/** Gives the dumps of one report different names that are safe as folder names. */
export class DumpNames {
  private readonly taken = new Set<string>();
  private readonly lastNumbers = new Map<string, number>();

  /**
   * @param rawName the part's name, as the client wrote it
   * @returns the name, with a note for the raw crash when it differs from what the client wrote; the note
   *   contains only characters of the client that are allowed in a name
   * @throws InvalidDumpNameError when the name has no allowed character or is reserved
   */
  claim(rawName: string): { name: string; note?: string } {
    const cleaned = rawName.replace(otherCharacters, '').slice(0, maxNameLength);
    if (cleaned === '')
      throw new InvalidDumpNameError('dump name has no letter, digit or underscore');
    if (reservedNames.has(cleaned))
      throw new InvalidDumpNameError(`dump name is reserved: ${cleaned}`);
    const name = this.taken.has(cleaned) ? this.numbered(cleaned) : cleaned;
    this.taken.add(name);
    const reasons = [
      ...(cleaned === rawName ? [] : ['the name sent is not valid']),
      ...(name === cleaned ? [] : [`${cleaned} is taken`]),
    ];
    return reasons.length === 0
      ? { name }
      : { name, note: `dump stored as ${name}: ${reasons.join(', ')}` };
  }

  /**
   * The first free name of `name_2`, `name_3`, … Names with the same stem share a counter, so that thousands
   * of equal names take linear time.
   */
  private numbered(name: string): string {
    const stem = name.slice(0, maxNameLength - maxSuffixLength);
    let number = this.lastNumbers.get(stem) ?? 1;
    let candidate: string;
    do {
      number += 1;
      const suffix = `_${number}`;
      candidate = `${name.slice(0, maxNameLength - suffix.length)}${suffix}`;
    } while (this.taken.has(candidate));
    this.lastNumbers.set(stem, number);
    return candidate;
  }
}
