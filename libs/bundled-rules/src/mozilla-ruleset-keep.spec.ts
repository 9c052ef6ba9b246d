import { describe, expect, it } from '@jest/globals';
import { type JsonValue, parseJson } from '#antenna/crash-report';
import { annotationsForRules, parseRuleset } from '#antenna/throttle';
import { mozillaRuleset } from './index.js';

type Report = Record<string, JsonValue>;

const { ruleset } = parseRuleset(mozillaRuleset);

/** The verdict and the deciding rule; the default draw is outside the samples of 10 and 25 percent. */
function decide(report: Report, draw = 0.5): string {
  const annotations = annotationsForRules(new Map(Object.entries(report)));
  const decision = ruleset?.evaluate(annotations, {
    now: () => new Date('2026-06-15T12:00:00Z'),
    random: () => draw,
  });
  return `${decision?.verdict} ${decision?.rule}`;
}

/** Firefox release: sampled at 10 percent unless an earlier rule decides. */
const release: Report = { ProductName: 'Firefox', ReleaseChannel: 'release' };
const sampled = 'reject is_firefox_desktop';

describe('rules that keep individual reports', () => {
  it.each<[Report, string]>([
    [{ Throttleable: '0' }, 'accept throttleable_0'],
    [{ Throttleable: 0 }, 'accept throttleable_0'],
    [{ Throttleable: '1' }, sampled],
    [{ Throttleable: '' }, sampled],
    [{ Throttleable: null }, sampled],
    [{ Throttleable: false }, sampled],
    [{ Throttleable: parseJson('0.0', { maxDepth: 1 }) }, sampled],
    [{ Comments: 'it broke' }, 'accept has_comments'],
    [{ Comments: '' }, 'accept has_comments'],
    [{ Comments: null }, 'accept has_comments'],
    [{ comments: 'it broke' }, sampled],
    [{ PHCKind: 'FreedPage' }, 'accept has_phc'],
    [{ PHCKind: '' }, 'accept has_phc'],
    [{ PHCKind: [] }, 'accept has_phc'],
    [{ ProcessType: 'gpu' }, 'accept is_background'],
    [{ ProcessType: 'plugin' }, 'accept is_background'],
    [{ ProcessType: 'rdd' }, 'accept is_background'],
    [{ ProcessType: 'socket' }, 'accept is_background'],
    [{ ProcessType: 'utility' }, 'accept is_background'],
    [{ ProcessType: 'content' }, sampled],
    [{ ProcessType: 'GPU' }, sampled],
    [{ ProcessType: '' }, sampled],
    [{ ProcessType: null }, sampled],
    [{ ProcessType: ['gpu'] }, sampled],
  ])('decide about %j: %s', (report, decision) => {
    expect(decide({ ...release, ...report })).toBe(decision);
  });
});

describe('is_shutdownkill', () => {
  const killed: Report = { ProductName: 'Thunderbird', ipc_channel_error: 'ShutDownKill' };

  it.each<[Report, number, string]>([
    [killed, 0.9, 'reject is_shutdownkill'],
    [killed, 0.1, 'reject is_shutdownkill'],
    [killed, 0.0999, 'accept accept_everything'],
    [{ ...killed, ...release }, 0.09, 'accept is_firefox_desktop'],
    [{ ...killed, Comments: 'x' }, 0.9, 'accept has_comments'],
    [{ ...killed, ipc_channel_error: 'shutdownkill' }, 0.9, 'accept accept_everything'],
    [{ ...killed, ipc_channel_error: null }, 0.9, 'accept accept_everything'],
    [{ ...killed, ipc_channel_error: '' }, 0.9, 'accept accept_everything'],
  ])('decides about %j at draw %d: %s', (report, draw, decision) => {
    expect(decide(report, draw)).toBe(decision);
  });
});

describe('is_firefox_esr_unsupported_windows', () => {
  const esr: Report = { ProductName: 'Firefox', ReleaseChannel: 'esr' };
  const on = (os: string): Report => ({
    ...esr,
    TelemetryEnvironment: `{"system": {"os": ${os}}}`,
  });
  const old = on('{"name": "Windows_NT", "windowsBuildNumber": 9600}');
  const dropped = 'reject is_firefox_esr_unsupported_windows';
  const kept = 'accept is_alpha_beta_esr';

  it.each<[Report, number, string]>([
    [old, 0.3, dropped],
    [old, 0.25, dropped],
    [old, 0.2499, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": 7601}'), 0.3, dropped],
    [on('{"name": "Windows_NT", "windowsBuildNumber": -1}'), 0.3, dropped],
    [on('{"name": "Windows_NT", "windowsBuildNumber": 9601}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": 18446744073709551616}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": 9600.0}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": 7e3}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": "9600"}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": null}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": true}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": [9600]}'), 0.3, kept],
    [on('{"name": "Windows_NT", "windowsBuildNumber": {}}'), 0.3, kept],
    [on('{"name": "Windows_NT"}'), 0.3, kept],
    [on('{"name": "Linux", "windowsBuildNumber": 9600}'), 0.3, kept],
    [on('{"name": null, "windowsBuildNumber": 9600}'), 0.3, kept],
    [on('{"name": ["Windows_NT"], "windowsBuildNumber": 9600}'), 0.3, kept],
    [on('{"windowsBuildNumber": 9600}'), 0.3, kept],
    [on('null'), 0.3, kept],
    [on('[]'), 0.3, kept],
    [on('"Windows_NT"'), 0.3, kept],
    [on('9600'), 0.3, kept],
    [{ ...old, ProductName: 'Thunderbird' }, 0.3, kept],
    [{ ...old, ReleaseChannel: 'release' }, 0.3, sampled],
    [{ ...old, ReleaseChannel: null }, 0.3, 'accept accept_everything'],
    [esr, 0.3, kept],
  ])('decides about %j at draw %d: %s', (report, draw, decision) => {
    expect(decide(report, draw)).toBe(decision);
  });

  it.each<[JsonValue]>([
    [''],
    ['None'],
    [null],
    ['{'],
    ['null'],
    ['5'],
    ['"text"'],
    ['[]'],
    ['{}'],
    ['{"system": null}'],
    ['{"system": []}'],
    ['{"system": "x"}'],
    ['{"system": {}}'],
    ['['.repeat(10_000)],
    [{ system: { os: { name: 'Windows_NT', windowsBuildNumber: 9600 } } }],
    [['{}']],
  ])('does not match TelemetryEnvironment %.60j', (environment) => {
    expect(decide({ ...esr, TelemetryEnvironment: environment }, 0.3)).toBe(kept);
  });
});

describe('rules by channel', () => {
  const thunderbird: Report = { ProductName: 'Thunderbird' };

  it.each<[Report, string]>([
    [{ ReleaseChannel: 'aurora' }, 'accept is_alpha_beta_esr'],
    [{ ReleaseChannel: 'alpha' }, 'accept accept_everything'],
    [{ ReleaseChannel: 'beta' }, 'accept is_alpha_beta_esr'],
    [{ ReleaseChannel: 'esr' }, 'accept is_alpha_beta_esr'],
    [{ ReleaseChannel: 'nightly' }, 'accept is_nightly'],
    [{ ReleaseChannel: 'nightly-cck-mozilla' }, 'accept is_nightly'],
    [{ ReleaseChannel: 'Beta' }, 'accept accept_everything'],
    [{ ReleaseChannel: 'not-nightly' }, 'accept accept_everything'],
    [{ ReleaseChannel: 'release' }, 'accept accept_everything'],
    [{ ReleaseChannel: '' }, 'accept accept_everything'],
    [{ ReleaseChannel: null }, 'accept accept_everything'],
    [{ ReleaseChannel: ['beta'] }, 'accept accept_everything'],
    [{}, 'accept accept_everything'],
  ])('decide about %j: %s', (report, decision) => {
    expect(decide({ ...thunderbird, ...report })).toBe(decision);
  });

  it.each<[Report, number, string]>([
    [release, 0.0999, 'accept is_firefox_desktop'],
    [release, 0.1, 'reject is_firefox_desktop'],
    [release, 0.9, 'reject is_firefox_desktop'],
    [{ ...release, ReleaseChannel: 'default' }, 0.9, 'accept accept_everything'],
    [{ ...release, ReleaseChannel: null }, 0.9, 'accept accept_everything'],
    [{ ...release, ProductName: 'Firefox Enterprise' }, 0.9, 'accept accept_everything'],
  ])('decide about %j at draw %d: %s', (report, draw, decision) => {
    expect(decide(report, draw)).toBe(decision);
  });
});
