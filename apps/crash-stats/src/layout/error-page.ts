import { STATUS_CODES } from 'node:http';

import type { WriteError } from '#antenna/service';
import { html, type ProblemDetails, problemOf, writeProblem } from '#antenna/web-page';

import { page } from './page.js';

/** Answers an error with problem details where the API is asked, otherwise with a page. */
export const writeErrorPage: WriteError = (reply, status, cause) => {
  if (reply.request.url.startsWith('/v1/')) {
    writeProblem(reply, status, cause);
    return;
  }
  void reply.type('text/html; charset=utf-8').send(errorPage(problemOf(status, cause)));
};

function errorPage({ title, status, detail, errors = [] }: ProblemDetails): string {
  const words =
    errors.length > 1
      ? html`<ul>
          ${errors.map((error) => html`<li>${String(error)}</li>`)}
        </ul>`
      : html`<p>${detail ?? STATUS_CODES[status]}</p>`;
  return page(undefined, {
    title,
    content: html`<div class="notice">${words}</div>
      <p><a href="/">Back to the first page</a></p>`,
  });
}
