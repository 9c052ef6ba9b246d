/**
 * A module as symbol servers file it: `<debugFile>/<debugId>/<name>.sym`, where the name is `debugFile` without `.pdb`.
 * Both come from the minidump: `debugFile` contains no slash and no backslash, but may be anything else, such as `..`.
 */
export interface ModuleId {
  readonly debugFile: string;
  /** 33 hexadecimal digits or more. */
  readonly debugId: string;
}

/** Where symbol files come from. */
export interface SymbolSupply {
  /**
   * The symbol file of a module, as text in Breakpad's format. Undefined if no source has it.
   * A rejection rejects the walk.
   */
  find(module: ModuleId, signal: AbortSignal): Promise<{ readonly path: string } | undefined>;
}
