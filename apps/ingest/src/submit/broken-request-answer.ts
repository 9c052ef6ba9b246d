/**
 * The whole answer to what never became a request, byte by byte: Node makes no response object for it.
 * @param code of the error that Node's HTTP server reports
 */
export function brokenRequestAnswer(code: string): string {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return plain('408 Request Timeout', 'the request stalled');
    case 'HPE_HEADER_OVERFLOW':
      return plain('431 Request Header Fields Too Large', 'the request headers are too large');
    default:
      return plain('400 Bad Request', 'Discarded=malformed_invalid_payload_structure');
  }
}

function plain(statusLine: string, body: string): string {
  return [
    `HTTP/1.1 ${statusLine}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
