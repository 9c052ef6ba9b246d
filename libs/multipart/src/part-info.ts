import { isUtf8 } from 'node:buffer';

import { findParameter, parseHeaderValue, type HeaderParameter } from './header-parameters.js';
import { MultipartError } from './multipart-error.js';

/** The headers of a part. */
export interface PartInfo {
  /** Has no NUL characters and is never empty. Undefined when there is none; `nameProblem` says why. */
  readonly name: string | undefined;
  readonly nameProblem?: 'missing' | 'not_utf8';
  /** Present, possibly empty, when the part is a file. Untrusted: must not be used as a path. */
  readonly filename: string | undefined;
  /** Lower case, without parameters; `text/plain` when there is none (RFC 7578, section 4.4). */
  readonly contentType: string;
  /** As the client wrote it; undefined when there is none. */
  readonly charset: string | undefined;
}

const headerLine = /^([^\s:]+)[ \t]*:(.*)$/s;
const folding = /\r\n(?=[ \t])/g;
const beyondAscii = /[\u0080-\u00ff]/;
const nameEscape = /%(?:22|25|0[da])/gi;
const escapedQuoteOrBackslash = /\\(["\\])/g;
const escapedQuote = /\\"/g;
/** Transfer encodings that change no byte (RFC 2045, section 6.2). */
const identityEncodings: ReadonlySet<string> = new Set(['', '7bit', '8bit', 'binary']);

/**
 * Parses the header lines of one part. Folded lines are unfolded: they are obsolete since RFC 7230, but mail
 * libraries still write them. The first of repeated headers counts.
 * @param lines the header lines, without the CRLF before and after them
 * @throws MultipartError with reason `invalid_payload_structure` for a line without a colon or a name, for a CR
 *   or LF that is not part of a CRLF, and for a Content-Transfer-Encoding that would have to be decoded
 */
export function parsePartHeaders(lines: Buffer): PartInfo {
  let disposition: string | undefined;
  let type: string | undefined;
  let transferEncoding: string | undefined;
  const text = lines.toString('latin1');
  for (const line of text === '' ? [] : text.replaceAll(folding, '').split('\r\n')) {
    const match = headerLine.exec(line);
    if (match === null || line.includes('\n') || line.includes('\r'))
      throw new MultipartError('invalid_payload_structure', 'a part has an invalid header line');
    const [, field = '', value = ''] = match;
    const lowerCaseField = field.toLowerCase();
    if (lowerCaseField === 'content-disposition') disposition ??= value;
    else if (lowerCaseField === 'content-type') type ??= value;
    else if (lowerCaseField === 'content-transfer-encoding') transferEncoding ??= value;
  }
  if (transferEncoding !== undefined && !isIdentity(transferEncoding))
    throw new MultipartError('invalid_payload_structure', 'a part has a transfer encoding');
  const { parameters } = parseHeaderValue(disposition ?? '');
  return {
    ...readName(findParameter(parameters, 'name')),
    filename: readFilename(findParameter(parameters, 'filename')),
    contentType: withoutParameters(type) || 'text/plain',
    charset: readCharset(type),
  };
}

function isIdentity(transferEncoding: string): boolean {
  return identityEncodings.has(withoutParameters(transferEncoding));
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

/** Only a backslash before a quote is an escape: Windows paths contain backslashes. */
function readFilename(parameter: HeaderParameter | undefined): string | undefined {
  if (parameter === undefined) return undefined;
  const raw = parameter.quoted ? parameter.value.replaceAll(escapedQuote, '"') : parameter.value;
  return decodeNameEscapes(decodeUtf8(raw) ?? raw);
}

/** Decodes a string with one character per byte; undefined when the bytes are not UTF-8. */
function decodeUtf8(value: string): string | undefined {
  if (!beyondAscii.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/**
 * Browsers (HTML standard, "multipart/form-data encoding algorithm") and Crashpad escape quote, CR and LF;
 * only Crashpad escapes the percent sign (util/net/http_multipart_builder.cc). Any other percent sign is
 * literal.
 */
function decodeNameEscapes(value: string): string {
  return value.includes('%')
    ? value.replaceAll(nameEscape, (escape) => decodeURIComponent(escape))
    : value;
}

/** The charset of a part is rare, and most headers need no further parsing. */
function readCharset(type: string | undefined): string | undefined {
  if (type === undefined || !type.includes(';')) return undefined;
  return findParameter(parseHeaderValue(type).parameters, 'charset')?.value;
}

function withoutParameters(header = ''): string {
  const semicolon = header.indexOf(';');
  return (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase();
}
