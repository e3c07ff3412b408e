/**
 * What Node has of WebAssembly and its types leave out: elsewhere they come with those of browsers, which would let
 * code for a browser pass for code for Node.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { readonly env: { readonly memory: Memory } });
    /** Functions only, as far as this project is concerned. */
    readonly exports: Readonly<Record<string, ((...args: number[]) => void) | undefined>>;
  }
}
