import { type Html, html } from '#antenna/web-page';

/** In place of what is not there: says so, and what to do next. */
export function emptyState(title: string, next: Html): Html {
  return html`<section class="empty">
    <h2>${title}</h2>
    ${next}
  </section>`;
}
