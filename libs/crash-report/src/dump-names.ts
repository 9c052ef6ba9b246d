/** Longest dump name, in characters (docs/submission.md). */
const maxNameLength = 30;
const dumpNamePattern = /^[A-Za-z0-9_]{1,30}$/;
const otherCharacters = /[^A-Za-z0-9_]/g;
/** Folders of the stored layout; a dump of that name would lie among other things. */
const reservedNames: ReadonlySet<string> = new Set([
  'dump',
  'dump_names',
  'raw_crash',
  'processed_crash',
]);
/** Room for `_2` to `_9999`. */
const suffixRoom = 5;

/** A dump has no usable name: the report is malformed. */
export class InvalidDumpNameError extends Error {
  override readonly name = 'InvalidDumpNameError';
  readonly code = 'invalid_dump_name';
}

/** True for a name that `DumpNames` may have given out. */
export function isDumpName(text: string): boolean {
  return dumpNamePattern.test(text) && !reservedNames.has(text);
}

/** Gives the dumps of one report names that are safe as folder names, and differ. */
export class DumpNames {
  private readonly taken = new Set<string>();
  private readonly lastNumbers = new Map<string, number>();

  /**
   * @param rawName the part's name, as the client wrote it
   * @returns the name, with a note for the raw crash when it is not what the client wrote; the note
   *   holds nothing of the client's but characters that a name may have
   * @throws InvalidDumpNameError when nothing is left of the name or it is reserved
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
   * The first free one of `name_2`, `name_3`, … Names that share what is left of them before a long
   * suffix also share their counter: thousands of equal names must not be tried one by one each time.
   */
  private numbered(name: string): string {
    const stem = name.slice(0, maxNameLength - suffixRoom);
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
