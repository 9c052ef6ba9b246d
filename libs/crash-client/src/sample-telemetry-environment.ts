import type { SeededRandom } from './seeded-random.js';

/**
 * The `TelemetryEnvironment` annotation: a JSON document of some kilobytes inside a string, by far the longest
 * value of a real report. Rules look into it for the version of Windows.
 */
export function telemetryEnvironment(
  random: SeededRandom,
  { buildId, crashSeconds }: { buildId: string; crashSeconds: number },
): string {
  return JSON.stringify({
    build: {
      applicationId: '{ec8030f7-c20a-464f-9b0e-13a3a9e97384}',
      applicationName: 'Firefox',
      architecture: 'x86-64',
      buildId,
      version: '152.0a1',
      vendor: 'Mozilla',
      displayVersion: '152.0a1',
      platformVersion: '152.0a1',
      xpcomAbi: 'x86_64-msvc',
      updaterAvailable: true,
    },
    partner: { distributionId: null, partnerId: null, partnerNames: [] },
    system: {
      memoryMB: 8192 * (1 + random.below(4)),
      virtualMaxMB: 134_217_728,
      cpu: {
        count: 8,
        cores: 4,
        vendor: 'GenuineIntel',
        family: 6,
        speedMHz: 2400,
        l2cacheKB: 1024,
      },
      os: {
        name: 'Windows_NT',
        version: '10.0',
        locale: 'en-GB',
        installYear: 2024,
        windowsBuildNumber: 26_100,
        windowsUBR: random.below(5000),
      },
      hdd: { profile: { model: 'SAMPLE NVME', revision: '1.0', type: 'SSD' } },
      gfx: {
        D2DEnabled: true,
        DWriteEnabled: true,
        ContentBackend: 'Skia',
        monitors: [{ screenWidth: 2560, screenHeight: 1440, refreshRate: 60 }],
        features: { compositor: 'webrender', d3d11: { status: 'available', version: 45_312 } },
      },
    },
    settings: {
      blocklistEnabled: true,
      e10sEnabled: true,
      e10sMultiProcesses: 8,
      fissionEnabled: true,
      telemetryEnabled: true,
      locale: 'en-GB',
      update: { channel: 'nightly', enabled: true, autoDownload: true },
      userPrefs: Object.fromEntries(
        Array.from({ length: 40 }, (_, index) => [
          `sample.preference.${index}`,
          random.oneOf([true, false, 'default', random.below(5000)]),
        ]),
      ),
    },
    profile: { creationDate: Math.floor(crashSeconds / 86_400) - random.below(2000) },
    addons: {
      activeAddons: Object.fromEntries(
        Array.from({ length: 5 }, () => [
          `${random.hex(12)}@example.org`,
          {
            version: `${random.below(10)}.${random.below(20)}`,
            type: 'extension',
            isSystem: false,
          },
        ]),
      ),
      theme: { id: 'default-theme@mozilla.org', version: '1.4.1' },
    },
  });
}
