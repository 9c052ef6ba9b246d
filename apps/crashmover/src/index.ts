export { CrashmoverConfig } from './crashmover.config.js';
export { startCrashmover } from './start-crashmover.js';
