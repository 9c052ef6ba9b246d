export { parseMultipartContentType } from './multipart-content-type.js';
export { MultipartError, type MultipartErrorReason } from './multipart-error.js';
export { MultipartSplitter, type MultipartLimits, type PartHandler } from './multipart-splitter.js';
export type { PartInfo } from './part-info.js';
