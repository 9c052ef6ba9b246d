import { type Draw, type Kind, randomUuid, type ReportContent } from './kind.js';

const crashpadAgent = 'Crashpad/0.8.0 WinHTTP/10.0.26100.1 Windows_NT/10.0.26100.1 (x86_64)';

/** Crashpad's handler compresses and does not know the length beforehand. */
function crashpad(
  draw: Draw,
  annotations: Readonly<Record<string, string>>,
  platform: 'windows' | 'linux' = 'windows',
): ReportContent {
  return {
    style: 'crashpad',
    annotations: { guid: randomUuid(draw.random), ...annotations },
    annotationsAs: 'fields',
    minidump: platform,
    encoding: 'gzip',
    chunked: true,
    userAgent: crashpadAgent,
  };
}

const processTypes = ['renderer', 'browser', 'gpu-process', 'utility'] as const;

/** Crash keys of Chromium. */
function chromiumKeys({ random }: Draw): Record<string, string> {
  const switches = ['--no-sandbox', '--lang=en-GB', `--field-trial-handle=${random.below(9999)}`];
  return {
    'num-switches': String(switches.length),
    ...Object.fromEntries(switches.map((value, index) => [`switch-${index + 1}`, value])),
    osarch: 'x86_64',
    'num-experiments': '2',
    variations: `${random.hex(8)}-${random.hex(8)},${random.hex(8)}-${random.hex(8)},`,
    'gpu-gl-vendor': 'Google Inc. (Example)',
    pid: String(2000 + random.below(30_000)),
  };
}

/** Clients that are not of Mozilla. Rulesets that list products, as Mozilla's does, reject their reports. */
export const otherClientKinds: readonly Kind[] = [
  {
    name: 'breakpad-windows',
    weight: 1,
    content: ({ random }) => ({
      style: 'breakpad',
      annotations: {
        ProductName: 'ExampleApp',
        Version: '4.2.1',
        Vendor: 'Example',
        prod: 'ExampleApp',
        ver: '4.2.1',
        guid: randomUuid(random),
        plat: 'Win32',
        ptype: 'browser',
      },
      annotationsAs: 'fields',
      minidump: 'windows',
      encoding: 'identity',
      chunked: false,
      userAgent: 'Breakpad/1.0 (Windows)',
    }),
  },
  {
    name: 'crashpad',
    weight: 1,
    content: (draw) =>
      crashpad(draw, {
        prod: 'ExampleApp_Windows',
        ver: '4.2.1',
        plat: 'Win64',
        ptype: draw.random.oneOf(processTypes),
        channel: 'stable',
        list_annotations: 'main-loop\nworker-3',
      }),
  },
  {
    name: 'electron',
    weight: 1,
    content: (draw) =>
      crashpad(draw, {
        _productName: 'ExampleDesk',
        _version: '2.9.0',
        _companyName: 'Example',
        prod: 'Electron',
        ver: '37.2.1',
        process_type: draw.random.oneOf(['renderer', 'browser', 'gpu-process', 'node']),
        ptype: draw.random.oneOf(processTypes),
        plat: 'Win64',
        platform: 'win32',
        ...chromiumKeys(draw),
      }),
  },
  {
    name: 'cef',
    weight: 1,
    content: (draw) =>
      crashpad(
        draw,
        {
          prod: 'cefexample',
          ver: '138.0.7204.97',
          plat: 'Linux',
          ptype: draw.random.oneOf(processTypes),
          platform: 'linux64',
          'cef-version': '138.0.17+gac9b751+chromium-138.0.7204.97',
          ...chromiumKeys(draw),
        },
        'linux',
      ),
  },
];
