import { findParameter, parseHeaderValue } from './header-parameters.js';
import { MultipartError } from './multipart-error.js';

/** RFC 2046, section 5.1.1, allows 70; some clients exceed that. */
const maxBoundaryBytes = 256;
const multipartType = /^multipart\/(?:form-data|mixed)$/i;
const escapedCharacter = /\\([\s\S])/g;

/**
 * Parses the Content-Type of a request: `multipart/form-data` or `multipart/mixed` in any letter case, with
 * a quoted or unquoted `boundary` of 1 to 256 bytes. An unquoted boundary can contain any character up to
 * the next semicolon.
 * @param header one character per byte, as Node provides it
 * @throws MultipartError with reason `no_content_type`, `wrong_content_type` or `no_boundary`
 */
export function parseMultipartContentType(header: string | undefined): { boundary: Buffer } {
  if (header === undefined || header.trim() === '')
    throw new MultipartError('no_content_type', 'the request has no Content-Type');
  const { value, parameters } = parseHeaderValue(header);
  if (!multipartType.test(value))
    throw new MultipartError('wrong_content_type', 'the Content-Type is not multipart');
  const parameter = findParameter(parameters, 'boundary');
  const raw = parameter?.quoted
    ? parameter.value.replaceAll(escapedCharacter, '$1')
    : (parameter?.value ?? '');
  const boundary = Buffer.from(raw, 'latin1');
  if (boundary.length === 0 || boundary.length > maxBoundaryBytes) {
    throw new MultipartError(
      'no_boundary',
      `the boundary is ${boundary.length} bytes; it must be 1 to ${maxBoundaryBytes} bytes`,
    );
  }
  return { boundary };
}
