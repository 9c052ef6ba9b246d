import { type Draw, type Kind, randomUuid, type ReportContent, variant } from './kind.js';

interface Device {
  readonly Manufacturer: string;
  readonly Model: string;
  readonly Board: string;
  readonly Hardware: string;
}

const devices: readonly [Device, ...Device[]] = [
  { Manufacturer: 'samsung', Model: 'SM-S921B', Board: 's5e9945', Hardware: 's5e9945' },
  { Manufacturer: 'Google', Model: 'Pixel 8', Board: 'shiba', Hardware: 'shiba' },
  { Manufacturer: 'Xiaomi', Model: '23049PCD8G', Board: 'marble', Hardware: 'qcom' },
];

const secondsPerDay = 86_400;

function onAndroid(
  draw: Draw,
  app: { name: string; id: string; packages: readonly [string, ...string[]] },
): ReportContent {
  const { random } = draw;
  const device = random.oneOf(devices);
  const crashSeconds = Math.floor(draw.now.getTime() / 1000);
  const builtAt = new Date(draw.now.getTime() - (1 + random.below(28)) * secondsPerDay * 1000);
  const sdk = 30 + random.below(6);
  return {
    style: 'fenix',
    annotations: {
      ProductName: app.name,
      ProductID: app.id,
      Vendor: 'Mozilla',
      Version: '151.0.1',
      GeckoViewVersion: '151.0.1',
      BuildID: builtAt.toISOString().replace(/\D/g, '').slice(0, 14),
      ApplicationBuildID: String(2_016_000_000 + random.below(100_000)),
      ReleaseChannel: random.oneOf(['release', 'release', 'release', 'beta']),
      CrashTime: String(crashSeconds),
      StartupTime: String(crashSeconds - 30 - random.below(20_000)),
      InstallTime: String(crashSeconds - random.below(90 * secondsPerDay)),
      CrashType: 'fatal native crash',
      CrashEventId: randomUuid(random),
      CrashPid: String(2000 + random.below(30_000)),
      DistributionID: 'Mozilla',
      useragent_locale: 'en-GB',
      Android_PackageName: random.oneOf(app.packages),
      Android_ProcessName: `${app.packages[0]}:tab${random.below(40)}`,
      Android_Manufacturer: device.Manufacturer,
      Android_Model: device.Model,
      Android_Board: device.Board,
      Android_Brand: device.Manufacturer,
      Android_Device: device.Board,
      Android_Hardware: device.Hardware,
      Android_Display: `AP4A.250105.${random.below(1000)}`,
      Android_Fingerprint: `${device.Manufacturer}/${device.Board}/${device.Board}:${sdk - 19}/release-keys`,
      Android_CPU_ABI: 'arm64-v8a',
      Android_CPU_ABI2: 'armeabi-v7a',
      Android_Version: `${sdk} (REL)`,
      AvailablePhysicalMemory: String(random.below(4 * 1024 ** 3)),
      TotalPhysicalMemory: String(8 * 1024 ** 3),
      ProcessType: random.oneOf(['content', 'content', 'main', 'gpu']),
      NimbusEnrollments: 'sample-rollout-a:control,sample-experiment-b:treatment',
    },
    annotationsAs: 'fields',
    minidump: 'android',
    encoding: 'gzip',
    chunked: false,
    userAgent: `Dalvik/2.1.0 (Linux; U; Android ${sdk - 19}; ${device.Model})`,
  };
}

const fenix: Kind = {
  name: 'fenix',
  weight: 14,
  content: (draw) =>
    onAndroid(draw, {
      name: 'Fenix',
      id: '{eeb82917-e434-4870-8148-5c03d4caa81b}',
      packages: ['org.mozilla.firefox', 'org.mozilla.firefox_beta'],
    }),
};

const focus: Kind = {
  name: 'focus',
  weight: 3,
  content: (draw) =>
    onAndroid(draw, {
      name: 'Focus',
      id: '{082c1f4e-4b46-4ff5-b14f-3cd3f2f4ab1c}',
      packages: ['org.mozilla.focus', 'org.mozilla.klar'],
    }),
};

/** Changes fenix for the rules about Android. */
export const fenixKind = fenix;

/** A crash in Java has a stack trace and no minidump. */
const java = variant(fenix, { name: 'fenix-java', weight: 2 }, ({ annotations }, { random }) => {
  const frames = Array.from({ length: 12 + random.below(60) }, (_, frame) => ({
    module: `org.example.browser.Tab${frame % 7}`,
    function: 'onUpdate',
    in_app: true,
    lineno: 1 + random.below(900),
  }));
  const exception = { type: 'IllegalStateException', module: 'java.lang', value: 'not attached' };
  return {
    minidump: undefined,
    annotations: {
      ...annotations,
      CrashType: 'uncaught exception',
      ProcessType: 'main',
      JavaException: JSON.stringify({
        exception: { values: [{ ...exception, stacktrace: { frames } }] },
      }),
      JavaStackTrace: `java.lang.IllegalStateException: not attached\n${frames
        .map((frame) => `\tat ${frame.module}.${frame.function}(Tab.kt:${frame.lineno})\n`)
        .join('')}`,
    },
  };
});

/** Mozilla's browsers for Android: names as their component lib-crash sends them. */
export const androidKinds: readonly Kind[] = [fenix, java, focus];
