import { type Check, CheckFailure, skippedCheck } from './check.js';
import type { Deployment } from './deployment.js';

type Examine = (body: string) => string | undefined;

/** docs/operations.md, "Health endpoints": checks the answer of each page and returns the problem. */
const pages: Readonly<Record<string, Examine>> = {
  '/__version__': (body) => {
    const fields = Object.keys(json(body)).toSorted().join(', ');
    return fields === 'build, commit, source, version' ? undefined : `its fields are ${fields}`;
  },
  '/__heartbeat__': (body) => (json(body)['status'] === 'ok' ? undefined : 'its status is not ok'),
  '/__lbheartbeat__': () => undefined,
  '/health/ready': () => undefined,
  '/metrics': (body) => (/^antenna_/m.test(body) ? undefined : 'it has no metrics of Antenna'),
};

/** The pages of every service that can be reached must answer correctly. */
export function pageChecks(deployment: Deployment): Check[] {
  const services = [
    ['ingest', deployment.ingestUrl, '--ingest-url'],
    ['crashmover', deployment.crashmoverUrl, '--crashmover-url'],
    ['throttle-config', deployment.throttleConfigUrl, '--throttle-config-url'],
  ] as const;
  return services.flatMap(([service, base, option]) =>
    base
      ? Object.entries(pages).map(([path, examine]) => ({
          name: `${service} ${path}`,
          run: () => expectPage(new URL(path, base), examine),
        }))
      : [skippedCheck(`${service} pages`, `its address is unknown: give ${option}`)],
  );
}

async function expectPage(url: URL, examine: Examine): Promise<undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(
    (error: unknown) => {
      const { cause } = error as Error;
      throw new CheckFailure(`${url.href} cannot be reached: ${String(cause ?? error)}`);
    },
  );
  const body = await response.text();
  const problem = response.status === 200 ? examine(body) : `its status is ${response.status}`;
  if (problem !== undefined)
    throw new CheckFailure(`${url.href}: ${problem}: ${body.slice(0, 300).trim()}`);
  return undefined;
}

function json(body: string): Readonly<Record<string, unknown>> {
  return JSON.parse(body) as Record<string, unknown>;
}
