import { findParameter, parseHeaderValue } from './header-parameters.js';
import { MultipartError } from './multipart-error.js';

/** RFC 2046, section 5.1.1 says 70; clients go beyond it. */
const maxBoundaryBytes = 256;
const multipartType = /^multipart\/(?:form-data|mixed)$/i;
const escapedCharacter = /\\([\s\S])/g;

/**
 * Reads a request's Content-Type: `multipart/form-data` or `multipart/mixed` in any letter case, with
 * `boundary` (1 to 256 bytes) anywhere among the parameters, quoted or not. An unquoted boundary may hold
 * characters that ought to be quoted; it ends at the next semicolon.
 * @param header as Node gives it: one character for each byte
 * @throws MultipartError with reason `no_content_type`, `wrong_content_type` or `no_boundary`
 */
export function parseMultipartContentType(header: string | undefined): { boundary: Buffer } {
  if (header === undefined || header.trim() === '')
    throw new MultipartError('no_content_type', 'the request has no Content-Type');
  const { value, parameters } = parseHeaderValue(header);
  if (!multipartType.test(value))
    throw new MultipartError('wrong_content_type', 'the Content-Type is not multipart');
  const parameter = findParameter(parameters, 'boundary');
  const text = parameter?.quoted
    ? parameter.value.replaceAll(escapedCharacter, '$1')
    : (parameter?.value ?? '');
  const boundary = Buffer.from(text, 'latin1');
  if (boundary.length === 0 || boundary.length > maxBoundaryBytes)
    throw new MultipartError('no_boundary', `the boundary has ${boundary.length} bytes`);
  return { boundary };
}
