/** HTML that is safe to send: what was put into it has been escaped. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlPart = Html | string | number | undefined | readonly HtmlPart[];

/** A template of HTML: texts are escaped, HTML stays as it is, lists are joined, undefined is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const written = parts.map((part, index) => write(part) + (texts[index + 1] ?? ''));
  return new Html((texts[0] ?? '') + written.join(''));
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
