import { crashFields, type FieldName, type IndexedFacts } from '#antenna/crash-index';
import { visible } from '#antenna/web-page';

/** Spreadsheets run what starts with one of these as a formula; some skip spaces before it. */
const formula = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/;

/**
 * RFC 4180, in pieces, with the names of fields in the first line. Formulas get an apostrophe, which spreadsheets do not
 * show.
 */
export async function* csvOf(
  parts: AsyncIterable<readonly IndexedFacts[]>,
  columns: readonly FieldName[],
): AsyncGenerator<string> {
  const fields: readonly FieldName[] = ['crash_id', ...columns];
  let head = `${fields.join(',')}\r\n`;
  for await (const crashes of parts) {
    const lines = crashes.map((crash) => fields.map((field) => csvValue(crash, field)).join(','));
    yield head + lines.map((line) => `${line}\r\n`).join('');
    head = '';
  }
}

function csvValue(crash: IndexedFacts, field: FieldName): string {
  const text = textOf(crash, field);
  if (crashFields[field].kind === 'number') return text;
  const harmless = formula.test(text) ? `'${text}` : text;
  return /^[\w .:+-]*$/.test(harmless) ? harmless : `"${visible(harmless).replaceAll('"', '""')}"`;
}

/** A value as a string; times in ISO 8601. Empty: not known. */
export function textOf(crash: IndexedFacts, field: FieldName): string {
  const value = crash[field];
  if (typeof value === 'number' && crashFields[field].kind === 'time')
    return new Date(value).toISOString();
  return Array.isArray(value) ? value.join(', ') : String(value ?? '');
}
