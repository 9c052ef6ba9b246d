import { systemCode } from '#antenna/errors';
import { readBounded } from '#antenna/memory';
import { type Check, failure, type Finding, ok, skipped } from './check.js';

/** Several times the answer with all checks failing. */
const maxAnswerBytes = 1024 ** 2;

/** Asks a service for its health endpoints. */
export function endpointChecks(
  service: 'ingest' | 'throttle-config',
  base: URL | undefined,
  signal: AbortSignal,
): readonly Check[] {
  const check = (name: string, path: string): Check => ({
    name: `${service}.${name}`,
    run: async () =>
      base ? await healthFinding(new URL(path, base), signal) : skipped(`no --${service}-url`),
  });
  return [
    check('ready', '/health/ready'),
    ...(service === 'ingest' ? [check('backends', '/__heartbeat__')] : []),
  ];
}

async function healthFinding(url: URL, signal: AbortSignal): Promise<Finding> {
  let answer: Response;
  try {
    answer = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause } = error as Error;
    return failure(
      `no answer from ${url.origin}: ${systemCode(cause) ?? 'the request failed'}`,
      'start the service, or correct the URL',
    );
  }
  if (answer.ok) return ok(url.href);
  const reasons = reasonsIn(await readBounded(answer, maxAnswerBytes));
  const message = `${url.href} answers ${answer.status}`;
  return failure(
    reasons.length === 0 ? message : `${message}: ${reasons.join('; ')}`,
    'see docs/operations.md, "Health endpoints"',
  );
}

/** `/__heartbeat__` has a list of errors, `/health/ready` has messages by check. */
function reasonsIn(body: string): readonly string[] {
  try {
    const { errors, error } = JSON.parse(body) as {
      errors?: readonly string[];
      error?: Readonly<Record<string, { message?: string }>>;
    };
    return errors ?? Object.entries(error ?? {}).map(([name, down]) => `${name}: ${down.message}`);
  } catch {
    return [];
  }
}
