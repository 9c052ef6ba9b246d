export { StackWalkError } from './stack-walk-error.js';
export { StackWalkers, type StackWalkersOptions } from './stack-walkers.js';
export type { ModuleId } from './symbol-supply.js';
