import { type Check, CheckFailure, CheckSkip, skippedCheck } from './check.js';
import type { Deployment } from './deployment.js';
import { baseAnnotations, type MarkedReport, type ReportSource } from './marked-report.js';
import { acknowledgement, describeAnswer, rejectingRule, send } from './send.js';
import type { TestRun } from './test-run.js';

type Sent = Awaited<ReturnType<typeof send>>;

interface Expectation {
  readonly verdict: 'accept' | 'defer' | 'reject' | 'fakeaccept';
  readonly rule: string;
}

/** Reports that most rulesets, including Mozilla's, do not simply accept. */
function probes(source: ReportSource): MarkedReport[] {
  const base = baseAnnotations(source);
  const probe = (name: string, annotations: Readonly<Record<string, string>>): MarkedReport => ({
    name,
    annotations: { ...base, ...annotations },
    annotationsAs: 'fields',
    style: 'crashpad',
    encoding: 'identity',
    dumps: {},
  });
  return [
    probe('unknown-product', { ProductName: 'AntennaSystemTest' }),
    probe('hang', { HangID: source.runId }),
    probe('b2g', { ProductName: 'B2G' }),
  ];
}

/** The live rules must decide as throttle-config says; without throttle-config, at least one must reject. */
export function throttledChecks(
  { submitUrl, throttleConfigUrl }: Deployment,
  source: ReportSource,
  run: TestRun,
): Check[] {
  return probes(source).map((report, index): Check => {
    const name = `throttled ${report.name}`;
    if (throttleConfigUrl) {
      return {
        name,
        run: async () => {
          const expected = await liveVerdict(throttleConfigUrl, report);
          return decided(report, await send(submitUrl, report), { expected, run, source });
        },
      };
    }
    if (index > 0)
      return skippedCheck(name, 'the live rules are unknown: give --throttle-config-url');
    return {
      name,
      run: async () => {
        const sent = await send(submitUrl, report);
        const rule = rejectingRule(sent.answer);
        const expected: Expectation =
          rule === undefined ? { verdict: 'accept', rule: '?' } : { verdict: 'reject', rule };
        const remark = decided(report, sent, { expected, run, source });
        if (rule === undefined) {
          throw new CheckSkip(
            'the live rules accept it; give --throttle-config-url to check whether they should',
          );
        }
        return remark;
      },
    };
  });
}

/** @throws CheckSkip when the verdict is random */
async function liveVerdict(throttleConfigUrl: URL, report: MarkedReport): Promise<Expectation> {
  const response = await fetch(new URL('/v1/evaluate', throttleConfigUrl), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ annotations: report.annotations }),
    signal: AbortSignal.timeout(10_000),
  });
  if (response.status !== 200)
    throw new CheckFailure(`throttle-config answered /v1/evaluate with ${response.status}`);
  const answer = (await response.json()) as Expectation & {
    readonly rules: readonly { matched: boolean; decided: boolean; sample?: unknown }[];
  };
  const last = answer.rules.findIndex((rule) => rule.decided);
  const asked = last === -1 ? answer.rules : answer.rules.slice(0, last + 1);
  if (asked.some((rule) => rule.matched && rule.sample !== undefined))
    throw new CheckSkip('a sample of the live rules decides at random');
  return { verdict: answer.verdict, rule: answer.rule };
}

function decided(
  report: MarkedReport,
  sent: Sent,
  { expected, run, source }: { expected: Expectation; run: TestRun; source: ReportSource },
): string {
  const { verdict, rule } = expected;
  const remark = `${verdict} by ${rule}`;
  const { answer } = sent;
  if (verdict === 'reject') {
    if (answer.status === 200 && answer.discarded === `rule_${rule}`) return remark;
    if (answer.crashId !== undefined) run.acknowledge(acknowledgement(report, sent, source.now));
    throw new CheckFailure(`expected 200 Discarded=rule_${rule}, got ${describeAnswer(answer)}`);
  }
  const acknowledged = acknowledgement(report, sent, source.now);
  if (verdict === 'fakeaccept') {
    run.fakeAccepted.push(acknowledged.crashId);
    return remark;
  }
  run.acknowledge(acknowledged);
  if (acknowledged.verdict !== verdict)
    throw new CheckFailure(`expected ${remark}, got a crash id with another verdict`);
  return remark;
}
