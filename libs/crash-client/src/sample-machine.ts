import type { SeededRandom } from './seeded-random.js';

const mebibyte = 1024 * 1024;

/** What Firefox says about the memory of the machine; sizes are bytes unless the name ends in `Percentage`. */
export function memoryAnnotations(random: SeededRandom): Record<string, string> {
  const totalPhysical = (8 + 8 * random.below(4)) * 1024 * mebibyte;
  const share = (percent: number): string =>
    String(Math.floor((totalPhysical * (percent + random.below(20))) / 100));
  return {
    AvailablePageFile: share(60),
    AvailablePhysicalMemory: share(20),
    AvailableSwapMemory: share(10),
    AvailableVirtualMemory: String(140_000_000_000_000 - random.below(mebibyte)),
    LinuxMemoryPSI: '',
    LowPhysicalMemoryEvents: String(random.below(3)),
    MemoryErrorCorrection: 'None',
    OOMAllocationSize: String(random.below(4 * mebibyte)),
    PurgeablePhysicalMemory: '0',
    SystemMemoryUsePercentage: String(40 + random.below(55)),
    TextureUsage: String(random.below(512 * mebibyte)),
    TotalPageFile: share(120),
    TotalPhysicalMemory: String(totalPhysical),
    TotalVirtualMemory: '140737488224256',
  };
}

/** Adapter, drivers and what the compositor was doing. */
export function graphicsAnnotations(random: SeededRandom): Record<string, string> {
  const [vendor, driver] = random.oneOf([
    ['0x10de', 'nvldumdx'],
    ['0x1002', 'aticfx64'],
    ['0x8086', 'igd10iumd64'],
  ]);
  const log = Array.from(
    { length: 1 + random.below(4) },
    (_, line) =>
      `|[${line}][GFX1-]: D3D11 device lost: 0x${random.hex(8)} (t=${random.below(900)}.1)`,
  );
  return {
    AdapterDeviceID: `0x${random.hex(4)}`,
    AdapterDriverVendor: driver,
    AdapterDriverVersion: `32.0.${random.below(100)}.${1000 + random.below(9000)}`,
    AdapterSubsysID: random.hex(8),
    AdapterVendorID: vendor,
    DeviceResetReason: 'HUNG',
    GPUProcessLaunchCount: String(1 + random.below(3)),
    GPUProcessStatus: 'Running',
    GpuSandboxLevel: '1',
    GraphicsCompileShader: '',
    GraphicsCriticalError: log.join(' '),
    GraphicsDrawShader: '',
    GraphicsNumActiveRenderers: '1',
    GraphicsNumRenderers: String(1 + random.below(4)),
    GraphicsStartupTest: '0',
    HasDeviceTouchScreen: '0',
    IsWebRenderResourcePathOverridden: '0',
    UserFontRulesExhausted: '0',
    VRProcessStatus: 'Stopped',
  };
}

/** Sandboxes, helper processes, shutdown, and the modules that Windows loaded. */
export function processAnnotations(random: SeededRandom): Record<string, string> {
  const signatures = {
    'Microsoft Windows': ['ntdll.dll', 'kernel32.dll', 'user32.dll', 'd3d11.dll', 'dwrite.dll'],
    'Mozilla Corporation': ['xul.dll', 'mozglue.dll', 'nss3.dll', 'softokn3.dll'],
  };
  return {
    AbortMessage: '',
    Accessibility: 'Inactive',
    AccessibilityInProcClient: '0x0',
    AppInitDLLs: '',
    BIOS_Manufacturer: random.oneOf(['LENOVO', 'Dell Inc.', 'American Megatrends Inc.']),
    BlockedDllList: '',
    BlocklistInitFailed: '0',
    CPUMicrocodeVersion: `0x${random.hex(2)}`,
    ContentSandboxCapable: '1',
    ContentSandboxEnabled: '1',
    ContentSandboxLevel: '8',
    ContentSandboxWin32kState: 'Win32k Lockdown enabled',
    DumperError: '',
    ExperimentalFeatures: 'devtools.example,layout.example',
    IPCShutdownState: 'RecvShutdown',
    JSLargeAllocationFailure: '',
    JSOutOfMemory: '',
    LauncherProcessState: '0',
    ModuleSignatureInfo: JSON.stringify(signatures),
    PluginFilename: '',
    PluginName: '',
    PluginVersion: '',
    QuotaManagerShutdownTimeout: '',
    RDDProcessStatus: 'Running',
    StorageConnectionNotClosed: '',
    UtilityActorsName: 'audio-decoder-generic, js-oracle',
    UtilityProcessStatus: 'Running',
    WasmLibrarySandboxMallocFailed: '0',
    WindowsErrorReporting: '0',
    WindowsFileDialogErrorCode: '0',
    WindowsPackageFamilyName: '',
    Winsock_LSP: random.oneOf(['MSAFD Tcpip [TCP/IP] : 2 : 1 :', 'RSVP TCPv6 : 2 : 1 :']),
    ...featureFlags(random),
  };
}

/** Under made-up names, in place of the dozens of short and rare annotations that real reports carry. */
function featureFlags(random: SeededRandom): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 36 }, (_, index) => [
      `SampleFeature${String(index + 1).padStart(2, '0')}`,
      `${random.oneOf(['active', 'idle', 'disabled'])}:${random.below(10_000)}`,
    ]),
  );
}
