/** The `Status` object with which an API server answers a refused request. */
export interface ApiStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly code: number;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'AlreadyExists',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

export function apiStatus(code: number, message: string): ApiStatus {
  const reason = reasons[code] ?? 'Unknown';
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
}
