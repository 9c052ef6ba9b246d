/** A Markdown table. Characters that would end a cell, or start a tag outside code, are escaped. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The string as inline code; an empty string stays empty. */
export function code(string: string): string {
  return string === '' ? '' : `\`${string}\``;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(' | ')} |`;
}

function escaped(cell: string): string {
  return cell
    .replaceAll('|', '\\|')
    .replace(/`[^`]*`|</g, (found) => (found === '<' ? '&lt;' : found));
}
