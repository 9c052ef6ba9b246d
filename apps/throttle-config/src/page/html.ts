/** HTML that is safe to send, because all values in it have been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** An HTML template: strings are escaped, HTML is kept, lists are joined, and undefined is omitted. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const written = parts.map((part, index) => write(part) + (strings[index + 1] ?? ''));
  return new Html((strings[0] ?? '') + written.join(''));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(part: HtmlPart): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((one) => write(one)).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
