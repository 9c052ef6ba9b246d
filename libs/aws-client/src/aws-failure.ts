/** What a failed call of AWS's SDK tells, whichever service it was of. */
export interface AwsFailure {
  /** The SDK's name of the error, or Node's code for one of the connection. */
  readonly name: string;
  /** Of the answer; undefined when there was none. */
  readonly status: number | undefined;
  /** In a line, for a message. It never has a body in it. */
  readonly reason: string;
  /** What it means for every service; undefined when that is for the service to say. */
  readonly code: AwsFailureCode | undefined;
}

export type AwsFailureCode = 'access_denied' | 'timeout' | 'unavailable';

/** Where the error's name says more than its HTTP status, which is 400 for these if there is one. */
const codes: Readonly<Record<string, AwsFailureCode>> = {
  ExpiredToken: 'access_denied',
  ExpiredTokenException: 'access_denied',
  CredentialsProviderError: 'access_denied',
  TokenProviderError: 'access_denied',
  // The SDK learns the server's time from this answer and signs the next call by it.
  RequestTimeTooSkewed: 'unavailable',
  TimeoutError: 'timeout',
  AbortError: 'timeout',
};

const maxReasonLength = 200;

/** Reads whatever the SDK, Node or a deadline has thrown. */
export function awsFailure(error: unknown): AwsFailure {
  const { name, message, status } = describe(error);
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  return {
    name,
    status,
    reason: `${name}${http}: ${message.slice(0, maxReasonLength)}`,
    code: codes[name] ?? (status === 401 || status === 403 ? 'access_denied' : undefined),
  };
}

const refusals: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException']);

/** The failure's reason; when an identity was refused, with the permission it lacks, which AWS does not always name. */
export function reasonWithPermission({ name, reason }: AwsFailure, permission: string): string {
  if (!refusals.has(name) || reason.includes('not authorized to perform')) return reason;
  return `${reason} (needs ${permission})`;
}

function describe(error: unknown): {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
} {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: String(error), status: undefined };
  const { name, message, code, $metadata } = error as Record<string, unknown>;
  const status = ($metadata as { httpStatusCode?: unknown } | undefined)?.httpStatusCode;
  return {
    name: name === 'Error' && typeof code === 'string' ? code : String(name),
    message: String(message),
    status: typeof status === 'number' ? status : undefined,
  };
}
