import { html, type Html } from '#antenna/web-page';

/** The document with all sections. */
export function wholePage(...sections: readonly Html[]): string {
  return document(
    html`<p id="news" role="status"></p>
      ${sections}`,
  );
}

/** The answer to a button: the script shows it in the page, and without the script, it is the page. */
export function answerPage(answer: Html, back: string): string {
  return document(
    html`<div id="answer">${answer}</div>
      <p><a href="/${back}">Back to the rules</a></p>`,
  );
}

function document(content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Throttle rules · Antenna</title>
        <link rel="icon" href="/page/icon.svg" />
        <link rel="stylesheet" href="/page/style.css" />
        <script src="/page/script.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#try">Skip to trying rules</a>
        <main>
          <h1>Throttle rules</h1>
          ${content}
        </main>
      </body>
    </html> `.text;
}
