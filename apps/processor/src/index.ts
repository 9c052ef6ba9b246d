export { ProcessorConfig } from './processor.config.js';
export { startProcessor } from './start-processor.js';
