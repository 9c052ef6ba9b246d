import type { EncodedReport } from '#antenna/crash-client';

/** The request of a report as bytes for {@link rawRequest}: head and body. */
export function requestBytes(
  report: EncodedReport,
  options: { path?: string; method?: string; headers?: Readonly<Record<string, string>> } = {},
): [head: string, body: Buffer] {
  const headers = { Host: 'antenna.test', ...report.headers, ...options.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const requestLine = `${options.method ?? 'POST'} ${options.path ?? '/submit'} HTTP/1.1\r\n`;
  return [`${requestLine}${lines.join('')}\r\n`, report.body];
}
