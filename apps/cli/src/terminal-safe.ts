/**
 * Control characters (C0 but the line feed, DEL, C1), and the format characters that hide text or change its
 * direction: they could rewrite what a terminal shows.
 */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Escapes what must not reach a terminal as `\\uXXXX`, which JSON reads as the same character. For all text that is
 * printed: crash reports come from anyone.
 */
export function terminalSafe(text: string): string {
  return text.replaceAll(unsafe, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** The same for a value in a line of its own: line feeds are escaped, too. */
export function inOneLine(text: string): string {
  return terminalSafe(text).replaceAll('\n', String.raw`\u000a`);
}

/** The same for a string of a client: at most this number of characters, and how many there are. */
export function printable(text: string, maxLength = 200): string {
  return inOneLine(
    text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length})` : text,
  );
}
