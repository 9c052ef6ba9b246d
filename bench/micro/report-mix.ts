import { sampleAnnotations } from '#antenna/testing';

type Changes = Readonly<Record<string, string>>;

const release: Changes = { ReleaseChannel: 'release', Version: '151.0.1' };
const esr: Changes = { ReleaseChannel: 'esr', Version: '140.9.0esr' };
const fenix: Changes = { ...release, ProductName: 'Fenix' };

/** One kind for each path through the rules, and more for the common ones. */
const kinds: readonly Changes[] = [
  release,
  release,
  release,
  { ...release, ProcessType: 'content' },
  { ...release, ProcessType: 'content', ipc_channel_error: 'ShutDownKill' },
  { ...release, ProcessType: 'gpu' },
  { ...release, Comments: 'It crashed when the page with the maps was open.' },
  { ...release, Throttleable: '0' },
  {},
  { ...release, ReleaseChannel: 'beta' },
  esr,
  { ...fenix, Android_PackageName: 'org.mozilla.firefox' },
  { ...fenix, Android_PackageName: 'org.example.fork' },
  { ...release, ProductName: 'Thunderbird' },
  { ...release, ProductName: 'Unknown' },
  { ...release, BuildID: '20190101000000' },
];

const reportsOfEach = 8;

/** Annotations as clients send them, about 150 per report. The kinds alternate. */
export function reportMix(now: Date): ReadonlyMap<string, string>[] {
  return Array.from({ length: reportsOfEach }, (_, round) =>
    kinds.map((changes, index) => {
      const seed = round * kinds.length + index + 1;
      return new Map(Object.entries({ ...sampleAnnotations({ seed, now }), ...changes }));
    }),
  ).flat();
}
