/** Decodes the value of a key/value part, which is UTF-8 unless the part has another charset. */
import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

import { printable } from './printable.js';

interface AnnotationText {
  /** Undefined when the bytes cannot be decoded. */
  readonly text: string | undefined;
  /** What a note about the value has to say. */
  readonly problem?: string;
}

/** Charsets whose valid values are also UTF-8. */
const likeUtf8 = /^(?:utf-?8|us-ascii|ascii)$/i;

/**
 * Decodes all charsets of the Encoding Standard, which `TextDecoder` knows. ISO-8859-1 is Windows-1252 there, as
 * in browsers.
 * @param charset as the client wrote it
 */
export function decodeAnnotation(bytes: Buffer, charset: string | undefined): AnnotationText {
  if (charset === undefined || charset === '' || likeUtf8.test(charset)) return decodeUtf8(bytes);
  const decoder = decoderFor(charset, { fatal: true });
  if (decoder === undefined) {
    const { text, problem } = decodeUtf8(bytes);
    const unknown = `unknown charset ${printable(charset)}`;
    return { text, problem: problem === undefined ? unknown : `${unknown}, ${problem}` };
  }
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    const text = decoderFor(charset, { fatal: false })?.decode(bytes);
    return { text, problem: `some bytes are not ${decoder.encoding}` };
  }
}

function decodeUtf8(bytes: Buffer): AnnotationText {
  return isUtf8(bytes)
    ? { text: bytes.toString('utf8') }
    : { text: undefined, problem: 'not UTF-8' };
}

/** Undefined when the charset is unknown. */
function decoderFor(charset: string, options: { fatal: boolean }): TextDecoder | undefined {
  try {
    return new TextDecoder(charset, options);
  } catch {
    return undefined;
  }
}
