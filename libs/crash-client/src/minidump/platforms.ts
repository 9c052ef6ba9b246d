/** What differs between the minidumps of operating systems. */
export interface PlatformFacts {
  /** PROCESSOR_ARCHITECTURE_AMD64 or _ARM64. */
  readonly processorArchitecture: number;
  /** MDOSPlatform of Breakpad (minidump_format.h). */
  readonly platformId: number;
  readonly version: readonly [major: number, minor: number, build: number];
  readonly servicePack: string;
  /** Access violation, SIGSEGV or EXC_BAD_ACCESS. */
  readonly exceptionCode: number;
  readonly context: ContextFacts;
  /** Code modules, the executable first. */
  readonly modules: readonly string[];
  readonly moduleFolder: string;
}

/** Size of a thread context and where its fields are, in bytes. */
interface ContextFacts {
  readonly bytes: number;
  readonly flagsAt: number;
  readonly flags: number;
  readonly stackPointerAt: number;
  readonly instructionPointerAt: number;
}

export type MinidumpPlatform = 'windows' | 'linux' | 'mac' | 'android';

/** CONTEXT of winnt.h for AMD64. */
const amd64: ContextFacts = {
  bytes: 1232,
  flagsAt: 0x30,
  flags: 0x0010_000f,
  stackPointerAt: 0x98,
  instructionPointerAt: 0xf8,
};
/** ARM64_NT_CONTEXT. */
const arm64: ContextFacts = {
  bytes: 912,
  flagsAt: 0,
  flags: 0x0040_0007,
  stackPointerAt: 256,
  instructionPointerAt: 264,
};

const named = (names: string, suffix: string): string[] =>
  names.split(' ').map((name) => `${name}${suffix}`);

const windowsLibraries =
  'xul mozglue nss3 softokn3 freebl3 ntdll kernel32 KERNELBASE user32 win32u gdi32 gdi32full ' +
  'advapi32 sechost rpcrt4 combase ole32 oleaut32 shell32 shlwapi ws2_32 mswsock crypt32 bcrypt ' +
  'bcryptprimitives ncrypt wintrust version winmm dbghelp dwmapi uxtheme d3d11 dxgi dcomp dwrite ' +
  'dxva2 mf mfplat MMDevAPI AudioSes avrt setupapi cfgmgr32 propsys windowscodecs iertutil wtsapi32';

export const platforms: Readonly<Record<MinidumpPlatform, PlatformFacts>> = {
  windows: {
    processorArchitecture: 9,
    platformId: 2,
    version: [10, 0, 26_100],
    servicePack: '',
    exceptionCode: 0xc000_0005,
    context: amd64,
    modules: ['firefox.exe', ...named(windowsLibraries, '.dll')],
    moduleFolder: 'C:\\Program Files\\Example\\',
  },
  linux: {
    processorArchitecture: 9,
    platformId: 0x8201,
    version: [0, 0, 0],
    servicePack: 'Linux 6.8.0 x86_64 GNU/Linux',
    exceptionCode: 11,
    context: amd64,
    modules: [
      'example',
      ...named('libxul libmozgtk libnss3 libnspr4 libgtk-3 libgdk-3 libglib-2.0 libX11', '.so.0'),
      ...named('libc libm libpthread libdl librt libstdc++ libgcc_s libz libffi', '.so.6'),
    ],
    moduleFolder: '/usr/lib/example/',
  },
  mac: {
    processorArchitecture: 12,
    platformId: 0x8101,
    version: [15, 3, 0],
    servicePack: '24D60',
    exceptionCode: 1,
    context: arm64,
    modules: [
      'example',
      'XUL',
      'AppKit',
      'CoreFoundation',
      ...named('libsystem_kernel libsystem_pthread libsystem_malloc libobjc.A libdyld', '.dylib'),
    ],
    moduleFolder: '/Applications/Example.app/Contents/MacOS/',
  },
  android: {
    processorArchitecture: 12,
    platformId: 0x8203,
    version: [0, 0, 0],
    servicePack: 'Linux 6.1.0-android14 aarch64',
    exceptionCode: 11,
    context: arm64,
    modules: [
      'app_process64',
      ...named('libxul libmozglue libnss3 libart libc libm libdl liblog libbinder libutils', '.so'),
      ...named('libhwui libgui libEGL libGLESv2 libandroid_runtime libmegazord', '.so'),
    ],
    moduleFolder: '/data/app/org.example/lib/arm64/',
  },
};
