import { type Html, html } from '#antenna/web-page';

import type { Viewer } from '../access/viewer.js';

const sections = [
  { name: 'home', title: 'Crash Stats', path: '/' },
  { name: 'top', title: 'Top crashers', path: '/top' },
  { name: 'search', title: 'Search', path: '/search' },
] as const;

type SectionName = (typeof sections)[number]['name'];

interface PageParts {
  /** Also the heading. */
  readonly title: string;
  /** The entry of the navigation that is this page, or that it belongs to. */
  readonly active?: SectionName;
  readonly content: Html;
}

/** A whole page. The viewer is undefined where nobody has been identified: on pages about errors. */
export function page(viewer: Viewer | undefined, { title, active, content }: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Antenna</title>
        <link rel="icon" href="/page/icon.svg" />
        <link rel="stylesheet" href="/page/style.css" />
        <script src="/page/script.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <nav aria-label="Pages">${sections.map((section) => link(section, active))}</nav>
          <form class="find" action="/crash" role="search">
            <input
              type="search"
              name="id"
              aria-label="Crash id, or part of a signature"
              placeholder="Crash id or signature"
              maxlength="500"
            /><button>Find</button>
          </form>
          ${viewer && html`<p>${viewer.user}${viewer.may('protected') ? '' : ', without personal data'}</p>`}
        </header>
        <main id="content" tabindex="-1">
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text;
}

function link({ name, title, path }: (typeof sections)[number], active?: SectionName): Html {
  return name === active
    ? html`<a href="${path}" aria-current="page">${title}</a> `
    : html`<a href="${path}">${title}</a> `;
}
