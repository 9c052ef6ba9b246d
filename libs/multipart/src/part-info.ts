import { isUtf8 } from 'node:buffer';

import { findParameter, parseHeaderValue, type HeaderParameter } from './header-parameters.js';
import { MultipartError } from './multipart-error.js';

/** What the headers of a part say. */
export interface PartInfo {
  /** Without NUL characters and never empty; undefined says that there is none, `nameProblem` why. */
  readonly name: string | undefined;
  readonly nameProblem?: 'missing' | 'not_utf8';
  /** Present, perhaps empty, when the part is a file. Only a label: never use it as a path. */
  readonly filename: string | undefined;
  /** Lower case, without parameters; `text/plain` when there is none (RFC 7578, section 4.4). */
  readonly contentType: string;
}

const headerLine = /^([^\s:]+)[ \t]*:(.*)$/s;
const folding = /\r\n(?=[ \t])/g;
const beyondAscii = /[\u0080-\u00ff]/;
const nameEscape = /%(?:22|25|0[da])/gi;
const escapedQuoteOrBackslash = /\\(["\\])/g;
const escapedQuote = /\\"/g;

/**
 * Reads the header lines of one part. Folded lines, obsolete since RFC 7230, are unfolded: mail libraries
 * still write them. Of a repeated header the first counts.
 * @param lines the header lines, without the CRLF before and the one after them
 * @throws MultipartError with reason `invalid_payload_structure` for a line without a colon or a name, and for a
 *   CR or LF that is not part of a CRLF
 */
export function parsePartHeaders(lines: Buffer): PartInfo {
  let disposition: string | undefined;
  let type: string | undefined;
  const text = lines.toString('latin1');
  for (const line of text === '' ? [] : text.replaceAll(folding, '').split('\r\n')) {
    const match = headerLine.exec(line);
    if (match === null || line.includes('\n') || line.includes('\r'))
      throw new MultipartError('invalid_payload_structure', 'a part has a broken header line');
    const [, field = '', value = ''] = match;
    const lowerCaseField = field.toLowerCase();
    if (lowerCaseField === 'content-disposition') disposition ??= value;
    else if (lowerCaseField === 'content-type') type ??= value;
  }
  const { parameters } = parseHeaderValue(disposition ?? '');
  return {
    ...readName(findParameter(parameters, 'name')),
    filename: readFilename(findParameter(parameters, 'filename')),
    contentType: mediaType(type) || 'text/plain',
  };
}

function readName(parameter: HeaderParameter | undefined): Pick<PartInfo, 'name' | 'nameProblem'> {
  if (parameter === undefined) return { name: undefined, nameProblem: 'missing' };
  const raw = parameter.quoted
    ? parameter.value.replaceAll(escapedQuoteOrBackslash, '$1')
    : parameter.value;
  const decoded = decodeUtf8(raw);
  if (decoded === undefined) return { name: undefined, nameProblem: 'not_utf8' };
  const name = decodeNameEscapes(decoded).replaceAll('\0', '');
  return name === '' ? { name: undefined, nameProblem: 'missing' } : { name };
}

/** Backslashes stay, but for the one before a quote: a Windows path has them and nobody opens it. */
function readFilename(parameter: HeaderParameter | undefined): string | undefined {
  if (parameter === undefined) return undefined;
  const raw = parameter.quoted ? parameter.value.replaceAll(escapedQuote, '"') : parameter.value;
  return decodeNameEscapes(decodeUtf8(raw) ?? raw);
}

/** Text that was read as one character a byte; undefined when the bytes are not UTF-8. */
function decodeUtf8(text: string): string | undefined {
  if (!beyondAscii.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * Quote, CR and LF are escaped by browsers (HTML standard, "multipart/form-data encoding algorithm") and
 * by Crashpad, the percent sign by Crashpad alone (util/net/http_multipart_builder.cc). Any other percent
 * sign is meant.
 */
function decodeNameEscapes(text: string): string {
  return text.includes('%')
    ? text.replaceAll(nameEscape, (escape) => decodeURIComponent(escape))
    : text;
}

function mediaType(header = ''): string {
  const semicolon = header.indexOf(';');
  return (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase();
}
