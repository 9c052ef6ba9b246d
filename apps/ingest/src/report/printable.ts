/** Makes strings of the client safe and short enough for notes and metadata, which people and tools read. */

const maxLength = 100;
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** For a note: ASCII only. */
export function printable(text: string): string {
  return text.slice(0, maxLength).replaceAll(/[^\x20-\x7e]/g, '?');
}

/** Letters of all languages stay; control, format and unassigned characters become question marks. */
export function printableText(text: string): string {
  return Array.from(text.slice(0, 2 * maxLength))
    .slice(0, maxLength)
    .join('')
    .replaceAll(unsafe, '?');
}

/** The last segment of a filename without its folders, whose names can identify a person. */
export function printableFilename(filename: string): string {
  const start = Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1;
  return printableText(filename.slice(start));
}
