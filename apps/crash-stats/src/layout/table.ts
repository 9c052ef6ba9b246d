import { type Html, html } from '#antenna/web-page';

export interface Column {
  readonly title: string;
  /** Of numbers: aligned at the right. */
  readonly isNumeric?: boolean;
  /** Where the table is sorted by this column. */
  readonly link?: string;
  /** If the table is. */
  readonly sorted?: 'ascending' | 'descending' | undefined;
  /** Its cell is the heading of a row. */
  readonly isHeading?: true;
}

type Cell = Html | string | undefined;

/** A table that scrolls in itself where it is too wide. The first cell of a row is its heading, unless a column says that it is. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Html {
  const classOf = (index: number) =>
    columns[index]?.isNumeric ? html` class="number"` : undefined;
  const heading = Math.max(
    0,
    columns.findIndex(({ isHeading }) => isHeading),
  );
  const head = columns.map(
    ({ title, link, sorted }, index) =>
      html`<th scope="col" ${classOf(index)}${sorted && html` aria-sort="${sorted}"`}>
        ${link === undefined ? title : html`<a href="${link}">${title}</a>`}
      </th>`,
  );
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell, index) => (index === heading ? html`<th scope="row" ${classOf(index)}>${cell}</th>` : html`<td${classOf(index)}>${cell}</td>`))}
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
