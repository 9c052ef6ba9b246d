/** Up to this length V8 skips through the text; longer needles may cost their length at every character. */
const shortNeedle = 250;
/** Text times needle, at about 0.25 ns each: thus at most a quarter of a second. */
const maxComparisons = 1_000_000_000;

/**
 * True when `needle` occurs in `text`. Both may come from a client, who could choose two texts of
 * megabytes for which a plain search takes minutes.
 * @throws RangeError when both are too long
 */
export function containsText(text: string, needle: string): boolean {
  if (needle.length > shortNeedle && text.length * needle.length > maxComparisons) {
    throw new RangeError(
      `contains: ${needle.length} characters cannot be searched for in ${text.length}`,
    );
  }
  return text.includes(needle);
}
