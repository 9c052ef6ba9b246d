import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

import {
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  readEnvelopeHeader,
} from '#antenna/crash-report';
import { systemCode } from '#antenna/errors';

import { envelopeFlags } from '../spool/open-envelope.js';
import type { SpooledEnvelope } from '../spool/waiting-envelopes.js';

/** A spooled envelope whose file has a valid header. */
export interface CheckedEnvelope {
  readonly envelope: SpooledEnvelope;
  readonly header: EnvelopeHeader;
}

/** The envelope's file is damaged, missing or not a file any more, so no further attempt can ship it. */
export class UnshippableEnvelopeError extends Error {
  override readonly name = 'UnshippableEnvelopeError';
}

/** @throws UnshippableEnvelopeError, or an error of the file system */
export function checkEnvelope(envelope: SpooledEnvelope): CheckedEnvelope {
  return { envelope, header: readHeader(envelope.path) };
}

/** At once: the file was just written or scanned, and each turn of the thread pool costs more than all of these calls. */
function readHeader(path: string): EnvelopeHeader {
  const file = openFile(path);
  try {
    if (!fstatSync(file).isFile()) throw new UnshippableEnvelopeError(notAFile);
    const bytes = Buffer.alloc(envelopeHeaderBytes);
    const bytesRead = readSync(file, bytes, 0, bytes.length, 0);
    return readEnvelopeHeader(bytes.subarray(0, bytesRead));
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new UnshippableEnvelopeError(`damaged: ${error.message}`, { cause: error });
  } finally {
    closeSync(file);
  }
}

const notAFile = 'not a regular file';
/** What open(2) says of a missing file, a link, and a socket. */
const unshippable = new Map([
  ['ENOENT', 'its file is missing'],
  ['ELOOP', notAFile],
  ['ENXIO', notAFile],
]);

function openFile(path: string): number {
  try {
    return openSync(path, envelopeFlags);
  } catch (error) {
    const reason = unshippable.get(systemCode(error) ?? '');
    if (reason === undefined) throw error;
    throw new UnshippableEnvelopeError(reason, { cause: error });
  }
}
