export { bundledSignatureLists, bundledSignatureListsText } from './bundled-signature-lists.js';
