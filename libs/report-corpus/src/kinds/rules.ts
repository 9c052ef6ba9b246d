import { firefoxMain } from './gecko-desktop.js';
import { fenixKind } from './android.js';
import { type Draw, type Kind, variant } from './kind.js';

type Changes = Readonly<Record<string, string>>;
/** What the report has instead of, or beside, the annotations of its kind. */
type ChangesOf =
  | Changes
  | ((annotations: Readonly<Record<string, unknown>>, draw: Draw) => Changes);

interface RuleCase {
  readonly rule: string;
  readonly kind?: Kind;
  /** The rule decides about it. */
  readonly match: ChangesOf;
  /** Almost the same, but another rule decides. */
  readonly noMatch: ChangesOf;
}

const weight = 0.25;
const dayMs = 86_400_000;

const buildId = (draw: Draw, days: number): Changes => ({
  BuildID: new Date(draw.now.getTime() - days * dayMs)
    .toISOString()
    .replace(/\D/g, '')
    .slice(0, 14),
});

const windowsBuild = (
  annotations: Readonly<Record<string, unknown>>,
  windowsBuildNumber: number,
): Changes => {
  const environment = JSON.parse(String(annotations['TelemetryEnvironment']));
  const { system } = environment;
  const changed = { ...system, os: { ...system.os, name: 'Windows_NT', windowsBuildNumber } };
  return {
    ReleaseChannel: 'esr',
    TelemetryEnvironment: JSON.stringify({ ...environment, system: changed }),
  };
};

const release: Changes = { ReleaseChannel: 'release' };
const content: Changes = { ...release, ProcessType: 'content' };
const infobar: Changes = { ...release, SubmittedFromInfobar: 'true', BuildID: '20171223222554x' };

/** In the order of the rules in charts/antenna/files/throttle-rules/mozilla.yaml. */
const cases: readonly RuleCase[] = [
  {
    rule: 'has_old_buildid',
    match: (_, draw) => buildId(draw, 732),
    noMatch: (_, draw) => buildId(draw, 728),
  },
  {
    rule: 'has_hangid_and_browser',
    match: { ...release, HangID: 'a1b2c3' },
    noMatch: { ...content, HangID: 'a1b2c3' },
  },
  {
    rule: 'infobar_is_true',
    match: { ...infobar, Version: '57.0.4' },
    noMatch: { ...infobar, Version: '60.0' },
  },
  { rule: 'b2g', match: { ProductName: 'B2G' }, noMatch: { ProductName: 'B2G ' } },
  {
    rule: 'unsupported_product',
    match: { ProductName: 'firefox' },
    noMatch: { ProductName: 'Firefox Enterprise' },
  },
  {
    rule: 'unsupported_packagename',
    kind: fenixKind,
    match: { Android_PackageName: 'org.mozilla.fenix.nightly' },
    noMatch: { Android_PackageName: 'org.mozilla.fenix' },
  },
  {
    rule: 'throttleable_0',
    match: { ...release, Throttleable: '0' },
    noMatch: { ...release, Throttleable: '00' },
  },
  {
    rule: 'has_comments',
    match: { ...release, Comments: 'It crashed when the page with the maps was open.' },
    noMatch: { ...release, Comment: 'It crashed when the page with the maps was open.' },
  },
  {
    rule: 'has_phc',
    match: { ...content, PHCKind: 'FreedPage', PHCBaseAddress: '0x7f0a00000000' },
    noMatch: { ...content, PHCBaseAddress: '0x7f0a00000000' },
  },
  {
    rule: 'is_background',
    match: { ...release, ProcessType: 'rdd' },
    noMatch: content,
  },
  {
    rule: 'is_shutdownkill',
    match: { ...content, ipc_channel_error: 'ShutDownKill' },
    noMatch: { ...content, ipc_channel_error: 'ShutDownTimeout' },
  },
  {
    rule: 'is_firefox_esr_unsupported_windows',
    match: (annotations) => windowsBuild(annotations, 9600),
    noMatch: (annotations) => windowsBuild(annotations, 9601),
  },
  {
    rule: 'is_alpha_beta_esr',
    match: { ReleaseChannel: 'beta' },
    noMatch: { ReleaseChannel: 'Beta' },
  },
  {
    rule: 'is_nightly',
    match: { ReleaseChannel: 'nightly-try' },
    noMatch: { ReleaseChannel: 'Nightly' },
  },
  { rule: 'is_firefox_desktop', match: release, noMatch: { ReleaseChannel: 'default' } },
  {
    rule: 'accept_everything',
    match: { ...release, ProductName: 'Thunderbird' },
    noMatch: { ReleaseChannel: 'beta', ProductName: 'Thunderbird' },
  },
];

/** Two kinds for each of Mozilla's throttle rules. */
export const ruleKinds: readonly Kind[] = cases.flatMap(({ rule, kind, match, noMatch }) =>
  (
    [
      ['match', match],
      ['no-match', noMatch],
    ] as const
  ).map(([side, changes]) =>
    variant(
      kind ?? firefoxMain,
      { name: `rule:${rule}:${side}`, weight },
      ({ annotations }, draw) => ({
        annotations: {
          ...annotations,
          ...(typeof changes === 'function' ? changes(annotations, draw) : changes),
        },
      }),
    ),
  ),
);
