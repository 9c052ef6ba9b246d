import { randomBytes } from 'node:crypto';

import { submit, type SubmitAnswer } from '#antenna/crash-client';
import { crashIdDate, crashIdVerdict, isCrashId } from '#antenna/crash-report';

import { type Check, CheckFailure } from './check.js';
import { asCrashReport, type MarkedReport, userAgent } from './marked-report.js';
import type { Acknowledged, TestRun } from './test-run.js';

const dayMs = 86_400_000;

/** Every acceptable report must be acknowledged. */
export function acceptedChecks(
  url: URL,
  reports: readonly MarkedReport[],
  run: TestRun,
  now: () => Date,
): Check[] {
  return reports.map((report) => ({
    name: `accepted ${report.name}`,
    run: async () => {
      const sent = await send(url, report);
      const rule = rejectingRule(sent.answer);
      if (rule !== undefined) {
        throw new CheckFailure(
          `rejected by the live rule ${rule}; set annotations that your rules accept with --annotation NAME=VALUE`,
        );
      }
      const acknowledged = acknowledgement(report, sent, now());
      run.acknowledge(acknowledged);
      return acknowledged.verdict === 'defer' ? 'deferred: stored, not published' : undefined;
    },
  }));
}

/** Sends a report in its own trace. */
export async function send(
  url: URL,
  report: MarkedReport,
): Promise<{ answer: SubmitAnswer; traceId: string }> {
  const traceId = randomBytes(16).toString('hex');
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  const answer = await submit(url, asCrashReport(report).build(), {
    headers: { 'User-Agent': userAgent, traceparent },
    ...(report.chunked === true && { chunked: true }),
  });
  return { answer, traceId };
}

/**
 * Reads the acknowledgement in an answer.
 * @throws CheckFailure when it is not `200 CrashID=bp-<crash id>` of this day
 */
export function acknowledgement(
  report: MarkedReport,
  { answer, traceId }: { answer: SubmitAnswer; traceId: string },
  now: Date,
): Acknowledged {
  const { crashId } = answer;
  if (answer.status !== 200 || crashId === undefined || answer.body !== `CrashID=bp-${crashId}\n`)
    throw new CheckFailure(`expected 200 CrashID=bp-…, got ${describeAnswer(answer)}`);
  if (!isCrashId(crashId)) throw new CheckFailure(`${crashId} is not a crash id`);
  // The clocks of the deployment and of this process can be on different sides of midnight.
  const days = [-dayMs, 0, dayMs].map((offset) =>
    new Date(now.getTime() + offset).toISOString().slice(0, 10).replaceAll('-', ''),
  );
  if (!days.includes(crashIdDate(crashId)))
    throw new CheckFailure(`the date in ${crashId} is not today's`);
  return { report, crashId, traceId, verdict: crashIdVerdict(crashId) };
}

/** The rule that rejected the report, if one did. */
export function rejectingRule({ discarded = '' }: SubmitAnswer): string | undefined {
  return /^rule_(.+)$/.exec(discarded)?.[1];
}

/** Status and body in one line. */
export function describeAnswer({ status, body }: Pick<SubmitAnswer, 'status' | 'body'>): string {
  const text = body.trim().replaceAll(/\s+/g, ' ');
  return `${status} ${text.length > 200 ? `${text.slice(0, 200)}…` : text}`.trimEnd();
}
