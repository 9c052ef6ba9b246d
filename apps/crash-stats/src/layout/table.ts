import { type Html, html } from '#antenna/web-page';

interface Column {
  readonly title: string;
  /** Of numbers: aligned at the right. */
  readonly isNumeric?: true;
}

type Cell = Html | string | undefined;

/** A table that scrolls in itself where it is too wide. The first cell of a row is its heading. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Html {
  const classOf = (index: number) =>
    columns[index]?.isNumeric ? html` class="number"` : undefined;
  const head = columns.map(
    ({ title }, index) => html`<th scope="col" ${classOf(index)}>${title}</th>`,
  );
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, index) => (index === 0 ? html`<th scope="row" ${classOf(0)}>${cell}</th>` : html`<td${classOf(index)}>${cell}</td>`))}
      </tr> `,
  );
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}
