export { parseSignatureLists, signatureListLimits } from './parse-signature-lists.js';
export {
  type SignatureAnnotation,
  signatureAnnotations,
  type SignatureFrame,
  type SignatureInput,
  type SignatureStep,
} from './signature-input.js';
export type { SignatureLists } from './signature-lists.js';
export { signatureOf } from './signature-of.js';
