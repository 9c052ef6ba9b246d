import type { Words } from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

/** A sentence whose strings are quoted, and whose lists are links to them. */
export function sentence(words: Words): readonly Html[] {
  return words.map((word) => {
    if (typeof word === 'string') return html`${word}`;
    switch (word.kind) {
      case 'annotation':
        return html`<i>${word.text}</i>`;
      case 'value':
        return html`<q>${word.text}</q>`;
      case 'list':
        return html`the list <a href="#list-${word.text}">${word.text}</a>`;
      case 'expression':
        return html`<code>${word.text}</code>`;
    }
  });
}

/** A time that people and programs can read, in UTC like the times in the log. */
export function time(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}

/** `12.5 %`. Only nothing is 0 %, and only all of them are 100 %. */
export function percentage(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 0.1) return 'under 0.1 %';
  if (part < whole && percent > 99.9) return 'over 99.9 %';
  return `${percent.toLocaleString('en', { maximumFractionDigits: 1 })} %`;
}
