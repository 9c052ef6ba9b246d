export { type ModuleId, symbolPath } from './module-id.js';
export { type SymbolLookup, Symbols, type SymbolsOptions } from './symbols.js';
export { SymbolsConfig } from './symbols.config.js';
export { SymbolsError } from './symbols-error.js';
