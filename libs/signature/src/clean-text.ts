/** What no terminal or page should show: control and format (bidirectional) characters, lone surrogates. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]+/gu;

/** The text in one line, with single spaces. */
export function cleanText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(invisible, '').trim();
}

/** The text with at most this number of UTF-16 units; the end shows that it was cut. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, maxLength - 3);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}...`;
}
