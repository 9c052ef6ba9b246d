import { describe, expect, it } from '@jest/globals';
import { type JsonValue, parseJson } from '#antenna/crash-report';
import { annotationsForRules, parseRuleset, type ThrottleDecision } from '#antenna/throttle';
import { mozillaRuleset } from './index.js';

type Report = Record<string, JsonValue>;

const { ruleset } = parseRuleset(mozillaRuleset);
const options = { now: () => new Date('2026-06-15T12:00:00Z'), random: () => 0.5 };

function decide(report: Report): ThrottleDecision | undefined {
  return ruleset?.evaluate(annotationsForRules(new Map(Object.entries(report))), options);
}

/** A supported product without a channel: only accept_everything decides about it. */
const plain: Report = { ProductName: 'Thunderbird' };
const number = (source: string) => parseJson(source, { maxDepth: 1 });

/** Describes a rule by reports that it decides and reports that it does not. */
function table(rule: string, verdict: string, matching: Report[], others: Report[]): void {
  describe(`the rule ${rule}`, () => {
    it.each(matching)('decides %j', (report) => {
      expect(decide(report)).toEqual({ verdict, rule });
    });
    it.each(others)('leaves %j to other rules', (report) => {
      expect(decide(report)).toEqual({
        verdict: expect.any(String),
        rule: expect.not.stringMatching(`^${rule}$`),
      });
    });
  });
}

it('the Mozilla ruleset has its rules in the expected order', () => {
  expect(ruleset?.ruleNames).toEqual([
    'has_old_buildid',
    'has_hangid_and_browser',
    'infobar_is_true',
    'b2g',
    'unsupported_product',
    'unsupported_packagename',
    'throttleable_0',
    'has_comments',
    'has_phc',
    'is_background',
    'is_shutdownkill',
    'is_firefox_esr_unsupported_windows',
    'is_alpha_beta_esr',
    'is_nightly',
    'is_firefox_desktop',
    'accept_everything',
  ]);
});

table(
  'has_old_buildid',
  'reject',
  [
    { ...plain, BuildID: '20240615000000' },
    { ...plain, BuildID: '20000101000000' },
    { ...plain, BuildID: number('20240615000000') },
    { BuildID: '20170505000000', ProductName: 'FireSquid', Comments: 'kept otherwise' },
  ],
  [
    { ...plain, BuildID: '20240616000000' },
    { ...plain, BuildID: '20270101000000' },
    { ...plain, BuildID: '' },
    { ...plain, BuildID: null },
    { ...plain, BuildID: '20170505' },
    { ...plain, BuildID: '19991231000000' },
    { ...plain, BuildID: '201705050000000' },
    { ...plain, BuildID: number('20240615000000.0') },
    { ...plain, BuildID: ['20170505000000'] },
  ],
);

table(
  'has_hangid_and_browser',
  'reject',
  [
    { ...plain, HangID: 'xyz' },
    { ...plain, HangID: 'xyz', ProcessType: 'browser' },
    { ...plain, HangID: '' },
    { ...plain, HangID: null },
    { ...plain, HangID: {} },
  ],
  [
    { ...plain, ProcessType: 'browser' },
    { ...plain, HangID: 'xyz', ProcessType: 'content' },
    { ...plain, HangID: 'xyz', ProcessType: '' },
    { ...plain, HangID: 'xyz', ProcessType: null },
  ],
);

const infobar: Report = {
  ProductName: 'Firefox',
  SubmittedFromInfobar: 'true',
  Version: '52.0.2',
  BuildID: '20171223222554x',
};
table(
  'infobar_is_true',
  'reject',
  [
    infobar,
    { ...infobar, Version: '59.0a1' },
    { ...infobar, BuildID: '20171225' },
    { ...infobar, BuildID: '0' },
    { ...infobar, Version: number('52.0') },
  ],
  [
    { ...infobar, ProductName: 'Fenix' },
    { ...infobar, SubmittedFromInfobar: 'false' },
    { ...infobar, SubmittedFromInfobar: true },
    { ...infobar, SubmittedFromInfobar: '' },
    { ...infobar, Version: '51.0' },
    { ...infobar, Version: '60.0' },
    { ...infobar, Version: '52' },
    { ...infobar, Version: '152.0' },
    { ...infobar, Version: '' },
    { ...infobar, Version: null },
    { ...infobar, BuildID: '20171226' },
    { ...infobar, BuildID: '20171226000000' },
    { ...infobar, BuildID: '' },
    { ...infobar, BuildID: null },
  ],
);

table(
  'b2g',
  'fakeaccept',
  [{ ProductName: 'b2g' }, { ProductName: 'B2G' }, { ProductName: 'B2g' }],
  [{ ProductName: 'b2gx' }, { ProductName: '' }, {}, { ProductName: ['b2g'] }],
);

table(
  'unsupported_product',
  'reject',
  [
    {},
    { ProductName: '' },
    { ProductName: null },
    { ProductName: 'firefox' },
    { ProductName: 'Firefox ' },
    { ProductName: 'SeaMonkey' },
    { ProductName: 'None' },
    { ProductName: ['Firefox'] },
    { ProductName: 5, Comments: 'kept otherwise' },
  ],
  [
    plain,
    { ProductName: 'Firefox' },
    { ProductName: 'Firefox Enterprise' },
    { ProductName: 'MozillaVPN' },
    { ProductName: 'Fenix' },
    { ProductName: 'Focus' },
    { ProductName: 'ReferenceBrowser' },
  ],
);

table(
  'unsupported_packagename',
  'reject',
  [
    { ProductName: 'Fenix' },
    { ProductName: 'Fenix', Android_PackageName: '' },
    { ProductName: 'Fenix', Android_PackageName: null },
    { ProductName: 'Fenix', Android_PackageName: 'org.example.fork' },
    { ProductName: 'Fenix', Android_PackageName: 'org.mozilla.focus' },
    { ProductName: 'Fenix', Android_PackageName: 'org.mozilla.fenix.nightly' },
    { ProductName: 'Fenix', Android_PackageName: ['org.mozilla.firefox'] },
    { ProductName: 'Focus', Android_PackageName: 'org.example.fork', Comments: 'x' },
    { ProductName: 'ReferenceBrowser' },
  ],
  [
    { ProductName: 'Fenix', Android_PackageName: 'org.mozilla.firefox' },
    { ProductName: 'Fenix', Android_PackageName: 'org.mozilla.firefox_beta' },
    { ProductName: 'Fenix', Android_PackageName: 'org.mozilla.fenix' },
    { ProductName: 'Focus', Android_PackageName: 'org.mozilla.focus' },
    { ProductName: 'Focus', Android_PackageName: 'org.mozilla.focus.beta' },
    { ProductName: 'Focus', Android_PackageName: 'org.mozilla.focus.nightly' },
    { ProductName: 'Focus', Android_PackageName: 'org.mozilla.klar' },
    { ProductName: 'ReferenceBrowser', Android_PackageName: 'org.mozilla.reference.browser' },
    { ProductName: 'Thunderbird', Android_PackageName: 'org.example.fork' },
    { ProductName: 'constructor' },
  ],
);
