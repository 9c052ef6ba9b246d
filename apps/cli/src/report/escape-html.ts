import { inOneLine } from '../terminal-safe.js';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For the content of an element or a quoted attribute, with what is invisible or changes the direction of text escaped. */
export function escapeHtml(text: string): string {
  return inOneLine(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
