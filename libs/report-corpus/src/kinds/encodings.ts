import type { ContentEncoding } from '#antenna/crash-client';
import { firefoxMain } from './gecko-desktop.js';
import { type Kind, variant } from './kind.js';

const encodings: readonly ContentEncoding[] = [
  'identity',
  'gzip',
  'x-gzip',
  'deflate',
  'br',
  'zstd',
];

/** Each content encoding that the collector accepts, with a length and in chunks. */
export const encodingKinds: readonly Kind[] = encodings.flatMap((encoding) =>
  [false, true].map((chunked) =>
    variant(
      firefoxMain,
      { name: `encoding:${encoding}${chunked ? ':chunked' : ''}`, weight: 0.1 },
      () => ({ encoding, chunked }),
    ),
  ),
);
