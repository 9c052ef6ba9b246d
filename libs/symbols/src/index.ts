export { headIn, inspectSymbolFile } from './inspect-file.js';
export { moduleAt, type ModuleId, symbolPath } from './module-id.js';
export { openSource, openStore } from './sources/open-source.js';
export type { SymbolStore } from './sources/symbol-source.js';
export { Symbols, type SymbolsOptions } from './symbols.js';
export { SymbolsConfig } from './symbols.config.js';
export { SymbolsError } from './symbols-error.js';
