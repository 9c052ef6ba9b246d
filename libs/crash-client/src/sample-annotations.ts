import { graphicsAnnotations, memoryAnnotations, processAnnotations } from './sample-machine.js';
import { telemetryEnvironment } from './sample-telemetry-environment.js';
import type { SeededRandom } from './seeded-random.js';

const secondsPerDay = 86_400;

/**
 * About 150 annotations of a crash of Firefox's main process, under the names that Firefox uses
 * (toolkit/crashreporter/CrashAnnotations.yaml), but for the feature flags; no `ProcessType`, because only child
 * processes have one, and no `Comments`, because few users write any. All values are strings, as Firefox writes them.
 */
export function firefoxAnnotations(random: SeededRandom, now: Date): Record<string, string> {
  const crashSeconds = Math.floor(now.getTime() / 1000);
  const uptimeSeconds = 30 + random.below(20_000);
  const builtAt = new Date(now.getTime() - (1 + random.below(9)) * secondsPerDay * 1000);
  const buildId = builtAt.toISOString().replace(/\D/g, '').slice(0, 14);
  return {
    ...product(buildId),
    ...times(random, { crashSeconds, uptimeSeconds }),
    ...session(random),
    ...processAnnotations(random),
    ...memoryAnnotations(random),
    ...graphicsAnnotations(random),
    TelemetryEnvironment: telemetryEnvironment(random, { buildId, crashSeconds }),
  };
}

/** A random identifier in the form of a version 4 UUID. */
export function sampleUuid(random: SeededRandom): string {
  const variant = random.oneOf(['8', '9', 'a', 'b']);
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}

function product(buildId: string): Record<string, string> {
  return {
    ApplicationBuildID: buildId,
    BuildID: buildId,
    EMCheckCompatibility: 'true',
    ProductID: '{ec8030f7-c20a-464f-9b0e-13a3a9e97384}',
    ProductName: 'Firefox',
    ReleaseChannel: 'nightly',
    ServerURL: 'https://crash-reports.example.org/submit?id=firefox&version=152.0a1',
    SubmittedFrom: 'Client',
    Throttleable: '1',
    Vendor: 'Mozilla',
    Version: '152.0a1',
    useragent_locale: 'en-GB',
  };
}

function times(
  random: SeededRandom,
  { crashSeconds, uptimeSeconds }: { crashSeconds: number; uptimeSeconds: number },
): Record<string, string> {
  return {
    CrashTime: String(crashSeconds),
    EventLoopNestingLevel: String(1 + random.below(3)),
    InstallTime: String(crashSeconds - random.below(90 * secondsPerDay)),
    LastInteractionDuration: String(random.below(600)),
    SecondsSinceLastCrash: String(random.below(60 * secondsPerDay)),
    StartupCrash: '0',
    StartupTime: String(crashSeconds - uptimeSeconds),
    UptimeTS: `${uptimeSeconds}.${random.below(1_000_000)}`,
  };
}

function session(random: SeededRandom): Record<string, string> {
  const addons = Array.from(
    { length: 4 + random.below(8) },
    () => `${sampleUuid(random)}%40example.org:${1 + random.below(9)}.${random.below(30)}`,
  );
  return {
    Addons: addons.join(','),
    AsyncShutdownTimeout: JSON.stringify({
      phase: 'profile-before-change',
      conditions: [
        { name: 'StorageFlush', state: '(none)', filename: 'flush.mjs', lineNumber: 214 },
      ],
    }),
    BackgroundTaskMode: '0',
    CrashType: 'crash',
    CycleCollector: '0',
    DOMFissionEnabled: '1',
    DOMIPCEnabled: '1',
    HeadlessMode: '0',
    IsGarbageCollecting: '0',
    LastStartupWasCrash: '0',
    MainThreadRunnableName: 'nsTimerEvent',
    Marionette: '0',
    MozCrashReason: 'MOZ_RELEASE_ASSERT(mIsSome)',
    Notes: 'FP(D00-L1000-W00000000-T000) WR? WR+ D3D11 Layers? D3D11 Layers+ DXVA2D3D11? ',
    NimbusEnrollments: 'sample-rollout-a:control,sample-experiment-b:treatment',
    ProfileDirectory: 'C:\\Users\\reader\\AppData\\Roaming\\Mozilla\\Firefox\\Profiles\\x1.default',
    RemoteAgent: '0',
    SafeMode: '0',
    ShutdownProgress: 'profile-change-teardown',
    ShutdownReason: 'AppClose',
    StartupCacheValid: '1',
    TelemetryClientId: sampleUuid(random),
    TelemetryProfileGroupId: sampleUuid(random),
    TelemetryServerURL: 'https://telemetry.example.org',
    TelemetrySessionId: sampleUuid(random),
    URL: `https://www.example.org/articles/${random.below(100_000)}`,
    XPCOMSpinEventLoopStack: 'default: ShutdownPhase::AppShutdownTeardown',
  };
}
