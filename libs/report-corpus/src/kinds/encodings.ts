import { contentEncodings } from '#antenna/crash-client';
import { firefoxMain } from './gecko-desktop.js';
import { type Kind, variant } from './kind.js';

/** Each content encoding that the collector accepts, with a length and in chunks. */
export const encodingKinds: readonly Kind[] = contentEncodings.flatMap((encoding) =>
  [false, true].map((chunked) =>
    variant(
      firefoxMain,
      { name: `encoding:${encoding}${chunked ? ':chunked' : ''}`, weight: 0.1 },
      () => ({ encoding, chunked }),
    ),
  ),
);
