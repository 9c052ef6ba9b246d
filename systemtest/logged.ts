import { type Check, CheckFailure, CheckSkip, skippedCheck } from './check.js';
import type { LogLines } from './log-lines.js';
import type { Acknowledged, TestRun } from './test-run.js';

interface LoggedLine {
  readonly message: string;
  readonly traceId: string | undefined;
}

const needsLogs = 'log lines are not available: give --logs FILE, or --logs - for standard input';

/** Every step of every report must be in the log, in the trace that its client started. */
export function loggedChecks(logs: LogLines | undefined, run: TestRun): Check[] {
  if (!logs) return [skippedCheck('logged', needsLogs), skippedCheck('traced', needsLogs)];
  return [
    { name: 'logged', run: () => expectLogged(logs, run) },
    { name: 'traced', run: () => expectTraced(logs, run) },
  ];
}

async function expectLogged(logs: LogLines, run: TestRun): Promise<undefined> {
  if (run.acknowledged.length === 0) throw new CheckSkip('no report was acknowledged');
  let missing: string[] = [];
  await run.waitUntil(async () => {
    const text = (await logs.since()).join('\n');
    missing = run.acknowledged.flatMap(steps).filter((step) => !text.includes(step));
    return missing.length === 0 || undefined;
  });
  if (missing.length > 0)
    throw new CheckFailure(`no log line contains "${missing.slice(0, 5).join('" or "')}"`);
  return undefined;
}

/** The log lines of ingest and crashmover about each report (docs/observability.md). */
function steps({ crashId, verdict }: Acknowledged): string[] {
  const published = verdict === 'accept' ? [`${crashId} published`] : [];
  return [`${crashId}: matched by`, `${crashId} saved`, ...published];
}

async function expectTraced(logs: LogLines, run: TestRun): Promise<string | undefined> {
  const lines = (await logs.since()).flatMap(loggedLine);
  const notInTrace: string[] = [];
  let seen = 0;
  for (const sent of run.acknowledged) {
    for (const step of steps(sent)) {
      const line = lines.find(({ message }) => message.startsWith(step));
      seen += line?.traceId === undefined ? 0 : 1;
      if (line && line.traceId !== sent.traceId) notInTrace.push(step);
    }
  }
  if (seen === 0)
    throw new CheckSkip('no log line has a trace id: tracing is off (OTEL_EXPORTER_OTLP_ENDPOINT)');
  if (notInTrace.length > 0)
    throw new CheckFailure(`not in the trace of the request: "${notInTrace.join('", "')}"`);
  return undefined;
}

/** Parses a mozlog line, which kubectl can prefix with the name of the pod. */
function loggedLine(line: string): LoggedLine[] {
  let parsed: { Fields?: { message?: unknown; trace_id?: unknown } };
  try {
    parsed = JSON.parse(line.slice(Math.max(line.indexOf('{'), 0)));
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  const { message, trace_id: traceId } = parsed.Fields ?? {};
  return typeof message === 'string'
    ? [{ message, traceId: typeof traceId === 'string' ? traceId : undefined }]
    : [];
}
