export { errorChain, errorMessage, isError } from './error-message.js';
export { isMissing, systemCode } from './system-code.js';
