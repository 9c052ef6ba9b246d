/** A minidump and its symbols, of a small program on 64-bit Linux: enough for a stack with two frames. */

/** The module in a minidump of {@link aMinidump}. */
export const crashedModule = {
  debugFile: 'game',
  debugId: '0F0E0D0C0B0A090807060504030201001',
  /** Where symbol servers have its file. */
  path: 'game/0F0E0D0C0B0A090807060504030201001/game.sym',
} as const;

/** The symbol file of the module, in Breakpad's text format. */
export const crashedModuleSymbols = `MODULE Linux x86_64 ${crashedModule.debugId} game
FILE 1 src/level.cpp
FUNC 1000 1000 0 Level::load(std::string const&)
1000 1000 42 1
FUNC 2000 1000 0 main
2000 1000 7 1
`;

const moduleBase = 0x40_0000n;
const stackBase = 0x7000_0000n;
const [crashOffset, callerOffset] = [0x1234n, 0x2345n];

/** What a crashed process, or an attacker, writes as it likes. */
interface MinidumpNames {
  readonly modulePath?: string;
  readonly debugFile?: string;
  readonly osVersion?: string;
}

/** A process of 64-bit Linux that died of SIGSEGV in `Level::load`, called by `main`. */
export function aMinidump(names: MinidumpNames = {}): Buffer {
  const {
    modulePath = '/opt/game',
    debugFile = crashedModule.debugFile,
    osVersion = '6.1.0',
  } = names;
  const file = new FileParts();
  const { contextRva, stackRva } = { contextRva: file.add(context()), stackRva: file.add(stack()) };
  const moduleName = file.add(minidumpString(modulePath));
  const codeView = codeViewRecord(debugFile);
  const codeViewRva = file.add(codeView);
  const streams = [
    { type: 7, bytes: systemInfo(file.add(minidumpString(osVersion))) },
    { type: 3, bytes: threads({ stackRva, contextRva }) },
    { type: 4, bytes: modules({ moduleName, codeViewRva, codeViewSize: codeView.length }) },
    { type: 6, bytes: exception(contextRva) },
  ];
  const directory = Buffer.alloc(streams.length * 12);
  for (const [index, { type, bytes }] of streams.entries()) {
    directory.writeUInt32LE(type, index * 12);
    directory.writeUInt32LE(bytes.length, index * 12 + 4);
    directory.writeUInt32LE(file.add(bytes), index * 12 + 8);
  }
  return file.finish(directory, streams.length);
}

/** The parts of the file after its header, and where each is. */
class FileParts {
  private readonly parts: Buffer[] = [];
  private end = 32;

  add(bytes: Buffer): number {
    const start = this.end;
    const padding = Buffer.alloc((8 - (bytes.length % 8)) % 8);
    this.parts.push(bytes, padding);
    this.end += bytes.length + padding.length;
    return start;
  }

  finish(directory: Buffer, streamCount: number): Buffer {
    const header = Buffer.alloc(32);
    header.write('MDMP');
    header.writeUInt32LE(0xa793, 4);
    header.writeUInt32LE(streamCount, 8);
    header.writeUInt32LE(this.add(directory), 12);
    return Buffer.concat([header, ...this.parts]);
  }
}

/** MINIDUMP_SYSTEM_INFO of an AMD64 (9) with Linux (0x8201, as Breakpad writes it). */
function systemInfo(versionRva: number): Buffer {
  const bytes = Buffer.alloc(56);
  bytes.writeUInt16LE(9, 0);
  bytes.writeUInt8(2, 6);
  bytes.writeUInt32LE(0x8201, 20);
  bytes.writeUInt32LE(versionRva, 24);
  bytes.write('GenuineIntel', 32);
  return bytes;
}

/** CONTEXT of AMD64: its flags, and the registers that a stack walk needs. */
function context(): Buffer {
  const bytes = Buffer.alloc(1232);
  bytes.writeUInt32LE(0x10_000f, 0x30);
  bytes.writeBigUInt64LE(stackBase, 0x98);
  bytes.writeBigUInt64LE(stackBase, 0xa0);
  bytes.writeBigUInt64LE(moduleBase + crashOffset, 0xf8);
  return bytes;
}

/** The saved frame pointer and the return address, as a function with a frame pointer leaves them. */
function stack(): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.writeBigUInt64LE(stackBase + 64n, 0);
  bytes.writeBigUInt64LE(moduleBase + callerOffset, 8);
  return bytes;
}

function threads({ stackRva, contextRva }: { stackRva: number; contextRva: number }): Buffer {
  const bytes = Buffer.alloc(4 + 48);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(4711, 4);
  bytes.writeBigUInt64LE(stackBase, 28);
  bytes.writeUInt32LE(256, 36);
  bytes.writeUInt32LE(stackRva, 40);
  bytes.writeUInt32LE(1232, 44);
  bytes.writeUInt32LE(contextRva, 48);
  return bytes;
}

function modules(of: { moduleName: number; codeViewRva: number; codeViewSize: number }): Buffer {
  const bytes = Buffer.alloc(4 + 108);
  bytes.writeUInt32LE(1, 0);
  bytes.writeBigUInt64LE(moduleBase, 4);
  bytes.writeUInt32LE(0x1_0000, 12);
  bytes.writeUInt32LE(of.moduleName, 24);
  bytes.writeUInt32LE(of.codeViewSize, 80);
  bytes.writeUInt32LE(of.codeViewRva, 84);
  return bytes;
}

/** CV_INFO_PDB70: a GUID, an age and the name of the debug file. */
function codeViewRecord(debugFile: string): Buffer {
  const guid = Buffer.from([...Array(16).keys()].toReversed());
  // The first three fields of a GUID are little endian.
  guid.subarray(0, 4).reverse();
  guid.subarray(4, 6).reverse();
  guid.subarray(6, 8).reverse();
  return Buffer.concat([
    Buffer.from('RSDS'),
    guid,
    Buffer.from([1, 0, 0, 0]),
    Buffer.from(`${debugFile}\0`),
  ]);
}

/** SIGSEGV (11) because nothing is mapped (1) at the address 8. */
function exception(contextRva: number): Buffer {
  const bytes = Buffer.alloc(168);
  bytes.writeUInt32LE(4711, 0);
  bytes.writeUInt32LE(11, 8);
  bytes.writeUInt32LE(1, 12);
  bytes.writeBigUInt64LE(8n, 24);
  bytes.writeUInt32LE(1232, 160);
  bytes.writeUInt32LE(contextRva, 164);
  return bytes;
}

function minidumpString(text: string): Buffer {
  const characters = Buffer.from(`${text}\0`, 'utf16le');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(characters.length - 2);
  return Buffer.concat([length, characters]);
}
