import { CrashReport } from '#antenna/crash-client';

/**
 * The smallest report that every shipped ruleset accepts: four key/value annotations of a Firefox nightly and
 * no dump. Start from `new CrashReport()` to choose all annotations yourself.
 */
export function aReport(): CrashReport {
  return new CrashReport().withAnnotations({
    ProductName: 'Firefox',
    Version: '152.0a1',
    ReleaseChannel: 'nightly',
    Vendor: 'Mozilla',
  });
}
