/** Sizes and offsets are those of minidumpapiset.h (Windows SDK). */
const streamTypes = { threads: 3, system: 7, unloadedModules: 14 };
const contextBytes = 1232;

/**
 * A minidump of a few MiB that takes hours to walk and little memory: each thread stands at an address where each of the
 * unloaded modules has been.
 */
export function bombDump(threads = 60_000, unloadedModules = 60_000, moduleName = 'a.dll'): Buffer {
  const name = lengthAndText(moduleName);
  const context = Buffer.alloc(contextBytes);
  context.writeUInt32LE(0x10_000b, 48); // ContextFlags: amd64, with control, integer and floating-point registers
  context.writeBigUInt64LE(0x5000_1000n, 248); // Rip

  const headerBytes = 32;
  const directoryBytes = 3 * 12;
  const nameAt = headerBytes + directoryBytes;
  const contextAt = nameAt + name.length;
  const systemAt = contextAt + contextBytes;
  const system = Buffer.alloc(56);
  system.writeUInt16LE(9); // amd64
  system.writeUInt32LE(10, 8); // Windows 10
  system.writeUInt32LE(2, 20);
  system.writeUInt32LE(nameAt, 24); // the service pack

  const threadsAt = systemAt + system.length;
  const threadList = Buffer.alloc(4 + threads * 48);
  threadList.writeUInt32LE(threads);
  for (let at = 4; at < threadList.length; at += 48) {
    threadList.writeUInt32LE(at, at);
    threadList.writeUInt32LE(contextBytes, at + 40);
    threadList.writeUInt32LE(contextAt, at + 44);
  }

  const unloadedAt = threadsAt + threadList.length;
  const unloaded = Buffer.alloc(12 + unloadedModules * 24);
  unloaded.writeUInt32LE(12);
  unloaded.writeUInt32LE(24, 4);
  unloaded.writeUInt32LE(unloadedModules, 8);
  for (let at = 12; at < unloaded.length; at += 24) {
    unloaded.writeBigUInt64LE(0x5000_0000n, at);
    unloaded.writeUInt32LE(0x10_0000, at + 8);
    unloaded.writeUInt32LE(nameAt, at + 20);
  }

  const header = Buffer.alloc(headerBytes + directoryBytes);
  header.write('MDMP');
  header.writeUInt32LE(0xa793, 4);
  header.writeUInt32LE(3, 8);
  header.writeUInt32LE(headerBytes, 12);
  const streams = [
    [streamTypes.system, system.length, systemAt],
    [streamTypes.threads, threadList.length, threadsAt],
    [streamTypes.unloadedModules, unloaded.length, unloadedAt],
  ] as const;
  streams.forEach((fields, stream) =>
    fields.forEach((field, index) =>
      header.writeUInt32LE(field, headerBytes + stream * 12 + index * 4),
    ),
  );
  return Buffer.concat([header, name, context, system, threadList, unloaded]);
}

function lengthAndText(text: string): Buffer {
  const utf16 = Buffer.from(`${text}\0`, 'utf16le');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(utf16.length - 2);
  return Buffer.concat([length, utf16]);
}
