import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store-error.js';

/** Where the error's name says more than its HTTP status (Amazon S3 API Reference, "Error responses"). */
const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  NoSuchKey: 'not_found',
  NoSuchBucket: 'unavailable',
  ExpiredToken: 'access_denied',
  ExpiredTokenException: 'access_denied',
  InvalidToken: 'access_denied',
  TokenRefreshRequired: 'access_denied',
  CredentialsProviderError: 'access_denied',
  TokenProviderError: 'access_denied',
  // The SDK learns the server's time from this answer and signs the next attempt by it.
  RequestTimeTooSkewed: 'unavailable',
  QuotaExceeded: 'no_space',
  TimeoutError: 'timeout',
  AbortError: 'timeout',
};

/** Client errors by their status, yet gone with the next attempt. */
const passingNames: ReadonlySet<string> = new Set([
  'BadDigest',
  'RequestTimeout',
  'RequestTimeTooSkewed',
]);

const maxReasonLength = 200;

/** The store's error for a failed call, with the SDK's as cause. The reason never has a body in it. */
export function s3Error(action: string, error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) {
    return error;
  }
  const { name, message, status } = describe(error);
  const code = codes[name] ?? codeOfStatus(status);
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  const reason = `${name}${http}: ${message.slice(0, maxReasonLength)}`;
  return new BlobStoreError(code, `cannot ${action}: ${reason}`, { cause: error });
}

/** Whether the next attempt may well succeed: a server in trouble, a broken connection, a damaged body. */
export function isPassing(error: unknown): boolean {
  const { name, status } = describe(error);
  if (s3Error('', error).code !== 'unavailable') {
    return false;
  }
  return status === undefined || status >= 500 || status === 429 || passingNames.has(name);
}

function codeOfStatus(status: number | undefined): BlobStoreErrorCode {
  if (status === 401 || status === 403) {
    return 'access_denied';
  }
  return status === 507 ? 'no_space' : 'unavailable';
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

function describe(error: unknown): Described {
  if (typeof error !== 'object' || error === null) {
    return { name: 'Error', message: String(error), status: undefined };
  }
  const { name, message, code, $metadata } = error as Record<string, unknown>;
  const status = ($metadata as { httpStatusCode?: unknown } | undefined)?.httpStatusCode;
  return {
    name: name === 'Error' && typeof code === 'string' ? code : String(name),
    message: String(message),
    status: typeof status === 'number' ? status : undefined,
  };
}
