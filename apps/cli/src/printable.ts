/** Control characters, also C1, and characters that change the direction of text or are invisible. */
const unsafe = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** Makes a string of a client safe for a terminal and a page: at most this number of characters, in one line. */
export function printable(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length})` : text;
  return cut.replaceAll(unsafe, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}
