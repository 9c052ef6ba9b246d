export { parseMultipartContentType } from './multipart-content-type.js';
export { MultipartError } from './multipart-error.js';
export { MultipartSplitter, type PartHandler } from './multipart-splitter.js';
export type { PartInfo } from './part-info.js';
