export {
  asFields,
  checkKeys,
  describe,
  type Fields,
  shorten,
  stringField,
  wordField,
} from './check-fields.js';
export {
  type DocumentPath,
  type DocumentProblem,
  type Finding,
  Findings,
  inDocumentOrder,
  type LocateFinding,
} from './findings.js';
export { YamlSource } from './yaml-source.js';
