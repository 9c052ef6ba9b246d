import { inOneLine } from './terminal-safe.js';

/** `1 crash`, `2 crashes`. */
export function countOf(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** `617 bytes`, `600.0 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** In the largest unit that fits: `45s`, `12m`, `5h`, `3d`. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/**
 * Columns padded to their widest cell, each row in one line; those in `right` are aligned to the right.
 * @param options.widths at least these; they grow, so that the next part of a long table is aligned with this one
 */
export function formatTable(
  table: readonly (readonly string[])[],
  options: { right?: readonly number[]; widths?: number[] } = {},
): string {
  const { widths = [] } = options;
  const rows = table.map((row) => row.map(inOneLine));
  for (const row of rows) {
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return options.right?.includes(column) === true ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}
