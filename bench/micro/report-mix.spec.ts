import { describe, expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from '#antenna/throttle';

import { reportMix } from './report-mix.js';

describe('the mix of reports', () => {
  const now = new Date('2026-11-22T12:00:00Z');

  it('is decided by many of the Mozilla rules, and none fails', () => {
    const { ruleset } = parseRuleset(mozillaRuleset);
    if (!ruleset) throw new Error('the bundled rules are broken');
    const failed: string[] = [];
    const options = {
      now: () => now,
      random: () => 0.5,
      onRuleError: (rule: string) => failed.push(rule),
    };
    const decided = new Set(reportMix(now).map((report) => ruleset.evaluate(report, options).rule));
    expect(failed).toEqual([]);
    expect(decided.size).toBeGreaterThanOrEqual(11);
  });

  it('has complete reports, all different', () => {
    const reports = reportMix(now);
    expect(new Set(reports.map((report) => report.get('TelemetryClientId'))).size).toBe(
      reports.length,
    );
    expect(Math.min(...reports.map(({ size }) => size))).toBeGreaterThan(100);
  });
});
