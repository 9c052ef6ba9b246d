import { injectedElement } from './hostile-reports.js';

/** Below what a page may have; raw crashes may have 16 MiB. */
const largestPage = 2 * 1024 * 1024;

const markup = new RegExp(`<${injectedElement}|<script>|<img|<[^>"]*\\sonerror=`, 'i');
/** Control and format characters, but for line ends, tabs and those that join letters. */
const deceptive = /(?![\n\r\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** All that shows crashes, or returns them. */
export function readersOf(crashIds: readonly string[], signatures: readonly string[]): string[] {
  const encoded = signatures.map((one) => new URLSearchParams({ signature: one }).toString());
  return [
    '/',
    '/top',
    '/top?days=28',
    '/search',
    '/search?days=28&sort=signature',
    '/search.csv',
    '/v1/crashes',
    '/v1/top',
    '/v1/openapi.json',
    ...encoded.flatMap((one) => [
      `/signature?${one}`,
      `/v1/signature?${one}`,
      `/search?${one}`,
      `/search.csv?${one}`,
    ]),
    ...crashIds.flatMap((id) => [
      `/crash/${id}`,
      `/crash/${id}/raw.json`,
      `/crash/${id}/processed.json`,
      `/crash/${id}/dump/upload_file_minidump`,
      `/v1/crashes/${id}`,
      `/search?crash_id=${id}`,
    ]),
  ];
}

/** What is wrong with an answer, in words. */
export async function faultsOf(answer: Response): Promise<string[]> {
  const body = Buffer.from(await answer.arrayBuffer());
  const header = (name: string): string => answer.headers.get(name) ?? '';
  const faults: [boolean, string][] = [
    [answer.status >= 500, `status ${answer.status}`],
    [header('x-content-type-options') !== 'nosniff', 'no nosniff'],
    [!/no-store/.test(header('cache-control')), `cache-control: ${header('cache-control')}`],
    [
      answer.headers.has('set-cookie') && !/antenna/.test(header('set-cookie')),
      'a cookie of the attacker',
    ],
    ...formatFaults(header('content-type'), header('content-disposition'), body),
    ...policyFaults(header('content-security-policy'), header('content-type')),
  ];
  return faults.filter(([isFault]) => isFault).map(([, what]) => what);
}

function formatFaults(type: string, disposition: string, body: Buffer): [boolean, string][] {
  const text = body.toString();
  switch (type.replace(/;.*/, '')) {
    case 'text/html':
      return [
        [markup.test(text), 'markup of a report'],
        // Fields of a form have the value that they send.
        [deceptive.test(text.replaceAll(/ value="[^"]*"/g, '')), 'control characters'],
        [body.length > largestPage, `${body.length} bytes`],
      ];
    case 'application/json':
    case 'application/problem+json':
      return [[!isJson(text), 'no JSON']];
    case 'text/csv':
      return [
        [!disposition.startsWith('attachment'), 'shown in the browser'],
        [
          /(^|,)"?[=+@\t\r-]/m.test(
            text.replaceAll(/"(?:[^"]|"")*"/g, (cell) => JSON.stringify(cell.slice(0, 3))),
          ),
          'a formula',
        ],
      ];
    case 'application/octet-stream':
      return [
        [!/^attachment; filename="?[\w.-]+"?$/.test(disposition), `disposition ${disposition}`],
      ];
    default:
      return [[true, `type ${type}`]];
  }
}

function policyFaults(policy: string, type: string): [boolean, string][] {
  return [
    [!policy.includes("default-src 'none'"), `policy ${policy}`],
    [policy.includes('unsafe'), `policy ${policy}`],
    [type.startsWith('text/html') && !/charset=utf-8/i.test(type), 'no charset'],
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}
