/** HTML that is safe to send, because all values in it have been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/**
 * An HTML template: strings are escaped, HTML is kept, lists are joined, and undefined is omitted. Characters that
 * would be invisible, or reorder the text around them, are shown as their code: `\\u{202e}`.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const written = parts.map((part, index) => write(part) + (strings[index + 1] ?? ''));
  return new Html((strings[0] ?? '') + written.join(''));
}

/** Escaped, but otherwise unchanged: for the content of a text field. */
export function verbatim(text: string): Html {
  return new Html(escape(text));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control and format characters but for line ends, tabs, and those that join letters of some languages. */
const deceptive = /(?![\n\r\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function write(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((one) => write(one)).join('');
  return escape(visible(String(part)));
}

/** With the codes of characters that would be invisible, or reorder the text around them, as {@link html} shows them. */
export function visible(text: string): string {
  return text.replaceAll(deceptive, codeOf);
}

function codeOf(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
