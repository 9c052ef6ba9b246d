/** What the stack walker uses of WebAssembly: Node.js has it, but neither its types nor those of ECMAScript declare it. */
declare namespace WebAssembly {
  class Module {
    private constructor();
    private readonly brand: unknown;
    static imports(module: Module): readonly { readonly module: string; readonly name: string }[];
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: unknown;
  }
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
}
