/** A build of a library or a program, as minidumps and symbol files name it. */
export interface ModuleId {
  /** `xul.pdb`, `libxul.so`, `XUL`; a minidump may have a whole path. */
  readonly debugFile: string;
  /** GUID and age in hexadecimal digits without hyphens: `44E4EC8C2F41492B9369D6B9A059577C2`. */
  readonly debugId: string;
}

/** So that no name of a file on disk is longer than 255 bytes, the limit of Linux. */
const maxNameBytes = 200;
/** Everything that can be a part of a path, of a terminal's control sequence, or invisible. */
const unsafe = /[/\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
/** A GUID, or the time stamp of an old PDB, and the age. */
const idPattern = /^(?<build>[\dA-F]{32}|[\dA-F]{8})(?<age>[\dA-F]{1,8})$/i;

/**
 * Where the symbol file of a module is in every source: `xul.pdb/44E4EC8C2F41492B9369D6B9A059577C2/xul.sym`. The layout
 * of Breakpad's `SimpleSymbolSupplier`, with upper-case digits but for the age. Three segments, none of which is empty,
 * `.` or `..` or has a separator, whatever the minidump says.
 * @returns undefined if no symbol file can have the name or the id, such as the id of zeros of a build without one
 */
export function symbolPath({ debugFile, debugId }: ModuleId): string | undefined {
  const name = debugFile.slice(
    Math.max(debugFile.lastIndexOf('/'), debugFile.lastIndexOf('\\')) + 1,
  );
  const id = canonicalId(debugId);
  if (id === undefined || !isSafeName(name)) return undefined;
  return `${name}/${id}/${name.replace(/(?<=.)\.pdb$/i, '')}.sym`;
}

/** The module of a path in the layout; undefined for any other path. */
export function moduleAt(path: string): ModuleId | undefined {
  const [debugFile = '', debugId = ''] = path.split('/');
  const module = { debugFile, debugId };
  return symbolPath(module) === path ? module : undefined;
}

/** The id with its letters in the case that the layout has. */
export function canonicalId(debugId: string): string | undefined {
  const { build = '', age = '' } = idPattern.exec(debugId)?.groups ?? {};
  return /[^0]/.test(build) ? `${build.toUpperCase()}${age.toLowerCase()}` : undefined;
}

function isSafeName(name: string): boolean {
  return (
    name.isWellFormed() &&
    !unsafe.test(name) &&
    !['', '.', '..'].includes(name) &&
    Buffer.byteLength(name) <= maxNameBytes
  );
}
