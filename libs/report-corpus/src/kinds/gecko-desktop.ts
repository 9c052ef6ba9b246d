import { sampleAnnotations } from '#antenna/crash-client';
import { type Draw, type Kind, type ReportContent, variant } from './kind.js';

/** Of ten crashes of Firefox: seven of release, and so on. */
const channels = [
  'release',
  'release',
  'release',
  'release',
  'release',
  'release',
  'release',
  'beta',
  'nightly',
  'esr',
] as const;
/** As in `TelemetryEnvironment`. */
const systems = { windows: 'Windows_NT', mac: 'Darwin', linux: 'Linux' };
const platforms = ['windows', 'windows', 'windows', 'windows', 'mac', 'linux'] as const;
const versions = { release: '151.0.1', beta: '152.0b3', nightly: '153.0a1', esr: '140.9.0esr' };

function firefox(draw: Draw, annotations: Readonly<Record<string, string>> = {}): ReportContent {
  const channel = draw.random.oneOf(channels);
  const minidump = draw.random.oneOf(platforms);
  const { TelemetryEnvironment: environment, ...sample } = sampleAnnotations(draw);
  return {
    style: 'firefox',
    annotations: {
      ...sample,
      TelemetryEnvironment: environment?.replace(systems.windows, systems[minidump]),
      ReleaseChannel: channel,
      Version: versions[channel],
      ...annotations,
    },
    annotationsAs: 'extra',
    minidump,
    encoding: 'identity',
    chunked: false,
    userAgent: 'crashreporter/1.0.0',
  };
}

const main: Kind = { name: 'firefox-main', weight: 20, content: (draw) => firefox(draw) };

const content: Kind = {
  name: 'firefox-content',
  weight: 24,
  content: (draw) =>
    firefox(draw, {
      ProcessType: 'content',
      RemoteType: draw.random.oneOf(['webIsolated', 'web', 'privilegedabout', 'extension']),
      DOMFissionEnabled: '1',
      IsWebRenderEnabled: '1',
    }),
};

const gpu: Kind = {
  name: 'firefox-gpu',
  weight: 4,
  content: (draw) => firefox(draw, { ProcessType: 'gpu', GPUProcessStatus: 'Destroyed' }),
};

const utility: Kind = {
  name: 'firefox-utility',
  weight: 4,
  content: (draw) =>
    firefox(draw, {
      ProcessType: 'utility',
      UtilityProcessSandboxingKind: '1',
      UtilityActorsName: 'audio-decoder-generic',
    }),
};

const withMemoryReport = (kind: Kind): Kind =>
  variant(kind, { name: `${kind.name}-memory`, weight: kind.weight / 8 }, ({ annotations }) => ({
    memoryReport: true,
    annotations: { ...annotations, ContainsMemoryReport: '1' },
  }));

/** The process did not end in time: its minidump comes with one of the browser. */
const contentHang = variant(
  content,
  { name: 'firefox-content-hang', weight: 1 },
  ({ annotations }) => ({
    browserMinidump: true,
    annotations: { ...annotations, additional_minidumps: 'browser', hang: '1' },
  }),
);

/** Annotations that are not strings: Firefox sends few, other clients of the format many. */
const typed = variant(main, { name: 'json-types', weight: 1 }, ({ annotations }) => ({
  annotations: {
    ...annotations,
    CrashTime: Number(annotations['CrashTime']),
    UptimeTS: Number(annotations['UptimeTS']),
    StartupCrash: false,
    LastStartupWasCrash: null,
    StackTraces: {
      status: 'OK',
      crash_info: { type: 'EXCEPTION_ACCESS_VIOLATION_READ', address: '0x18', crashing_thread: 0 },
      main_module: 0,
      modules: [{ base_addr: '0x7ff700000000', filename: 'firefox.exe', version: '151.0.1.0' }],
      threads: [{ frames: [{ module_index: 0, trust: 'context', ip: '0x7ff700001234' }] }],
    },
  },
}));

const thunderbird = variant(main, { name: 'thunderbird', weight: 4 }, ({ annotations }, draw) => ({
  annotations: {
    ...annotations,
    ProductName: 'Thunderbird',
    ProductID: '{3550f703-e582-4d05-9a08-453d09bdfdc6}',
    ReleaseChannel: draw.random.oneOf(['release', 'release', 'esr', 'beta']),
    ServerURL: 'https://crash-reports.example.org/submit?id=thunderbird&version=151.0',
  },
}));

/** The main process, for kinds that change it. */
export const firefoxMain = main;

/**
 * Firefox and Thunderbird on desktops. Names: toolkit/crashreporter/CrashAnnotations.yaml. `MinidumpSha256Hash` is left
 * out: it would double the CPU time that a report takes, and collectors do not read it.
 */
export const geckoDesktopKinds: readonly Kind[] = [
  ...[main, content, gpu, utility].flatMap((kind) => [kind, withMemoryReport(kind)]),
  contentHang,
  typed,
  thunderbird,
];
