/** A failed call of the AWS SDK, of any service. */
interface AwsFailure {
  /** The SDK's name of the error, or Node's code of a connection error. */
  readonly name: string;
  /** HTTP status of the response; undefined if there was none. */
  readonly status: number | undefined;
  /** One line for an error message. It never contains a body. */
  readonly reason: string;
  /** The meaning common to all services; undefined if it depends on the service. */
  readonly code: AwsFailureCode | undefined;
  /** The clock was so wrong that the call may have failed for it; the next one uses the time of the service. */
  readonly clockSkewCorrected: boolean;
}

type AwsFailureCode = 'access_denied' | 'timeout' | 'unavailable';

/** Error names that are more specific than their HTTP status, which is 400 or missing. */
const codes: Readonly<Record<string, AwsFailureCode>> = {
  ExpiredToken: 'access_denied',
  ExpiredTokenException: 'access_denied',
  CredentialsProviderError: 'access_denied',
  TokenProviderError: 'access_denied',
  // The SDK reads the server's time from this response and uses it to sign the next call.
  RequestTimeTooSkewed: 'unavailable',
  TimeoutError: 'timeout',
  AbortError: 'timeout',
};

const maxReasonLength = 200;

/** Describes any value thrown by the SDK, Node or a deadline. */
export function awsFailure(error: unknown): AwsFailure {
  const { name, message, status, clockSkewCorrected } = describe(error);
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  return {
    name,
    status,
    reason: `${name}${http}: ${message.slice(0, maxReasonLength)}`,
    code: codes[name] ?? (status === 401 || status === 403 ? 'access_denied' : undefined),
    clockSkewCorrected,
  };
}

const refusals: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException']);

/** The reason of the failure. If access was denied, it names the missing permission, which AWS does not always do. */
export function reasonWithPermission({ name, reason }: AwsFailure, permission: string): string {
  if (!refusals.has(name) || reason.includes('not authorized to perform')) return reason;
  return `${reason} (needs ${permission})`;
}

function describe(error: unknown): {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly clockSkewCorrected: boolean;
} {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: String(error), status: undefined, clockSkewCorrected: false };
  const { name, message, code, $metadata } = error as Record<string, unknown>;
  const { httpStatusCode: status, clockSkewCorrected } = ($metadata ?? {}) as Record<
    string,
    unknown
  >;
  return {
    name: isConnectionError(name) && typeof code === 'string' ? code : String(name),
    message: String(message),
    status: typeof status === 'number' ? status : undefined,
    clockSkewCorrected: clockSkewCorrected === true,
  };
}

/** The SDK's request handler names a broken connection TimeoutError. Real timeouts have no Node code. */
function isConnectionError(name: unknown): boolean {
  return name === 'Error' || name === 'TimeoutError';
}
