/** The options of a corpus cannot be met; the message says which and why. */
export class CorpusOptionsError extends Error {
  override readonly name = 'CorpusOptionsError';
}
