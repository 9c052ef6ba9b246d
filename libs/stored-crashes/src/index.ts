export { openStoredCrashes } from './open-stored-crashes.js';
export { type CrashDump, StoredCrash } from './stored-crash.js';
export { type ListedCrash, StoredCrashes } from './stored-crashes.js';
export { StoredCrashesError, type StoredCrashesErrorCode } from './stored-crashes-error.js';
