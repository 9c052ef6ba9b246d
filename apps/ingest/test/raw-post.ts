/** Builds requests as bytes, including those that no client library can send. */

export const boundary = 'xYz';
export const contentType = `Content-Type: multipart/form-data; boundary=${boundary}`;

/** A request with these header lines and this body; only Host is added. */
export function post(
  headers: readonly string[],
  body: Buffer | string = '',
  requestLine = 'POST /submit HTTP/1.1',
): Buffer {
  const head = [requestLine, 'Host: antenna.test', ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytesOf(body)]);
}

/** A request with a multipart body with the boundary of this file, and its Content-Length. */
export function postBody(body: Buffer | string, ...headers: readonly string[]): Buffer {
  return post([contentType, `Content-Length: ${bytesOf(body).length}`, ...headers], body);
}

/** One part with exactly these header lines. */
export function part(headers: readonly string[], value: Buffer | string): Buffer {
  const head = [`--${boundary}`, ...headers, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), bytesOf(value), Buffer.from('\r\n')]);
}

/** A key/value part. */
export function field(name: string, value: Buffer | string): Buffer {
  return part([`Content-Disposition: form-data; name="${name}"`], value);
}

/** The parts and the closing boundary. */
export function multipart(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

/** The smallest body that is accepted. */
export const smallBody = multipart(field('ProductName', 'Firefox'));

/** The body in `Transfer-Encoding: chunked`, in chunks of this many bytes. */
export function chunked(body: Buffer | string, size = 1000): Buffer {
  const bytes = bytesOf(body);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
}

function bytesOf(body: Buffer | string): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : body;
}
