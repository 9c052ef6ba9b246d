/** A report can make any value megabytes long, and have thousands of each: pages show the first of them. */
import { type Html, html } from '#antenna/web-page';

/** The first characters of a value. */
export function cut(value: string, max = 300): string {
  if (value.length <= max) return value;
  return `${value.slice(0, max).toWellFormed()}… (${value.length - max} more characters)`;
}

/**
 * Renders items until they are `maxLength` characters of HTML.
 * @returns what fits, at least one, and how many items are left
 */
export function fitting<Item>(
  items: readonly Item[],
  maxLength: number,
  render: (item: Item, index: number) => Html,
): { readonly shown: readonly Html[]; readonly left: number } {
  const shown: Html[] = [];
  let length = 0;
  for (const [index, item] of items.entries()) {
    if (length >= maxLength) break;
    const rendered = render(item, index);
    shown.push(rendered);
    length += rendered.text.length;
  }
  return { shown, left: items.length - shown.length };
}

/** What is not shown, and where it is. */
export function moreOf(left: number, what: string, jsonLink: Html): Html | undefined {
  return left === 0 ? undefined : html`<p>${left} more ${what} are in the ${jsonLink}.</p>`;
}
