export { StackWalkError, type StackWalkErrorCode } from './stack-walk-error.js';
export type { StackWalk } from './stack-walk.js';
export { StackWalkers, type StackWalkersOptions } from './stack-walkers.js';
export type { ModuleId } from './symbol-supply.js';
export type { WalkedStack } from './walk-rounds.js';
export type { WalkTime } from './walker-thread.js';
