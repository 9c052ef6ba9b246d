import type { FileHandle } from 'node:fs/promises';

import {
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  readEnvelopeHeader,
} from '#antenna/crash-report';
import { systemCode } from '#antenna/errors';

import { openEnvelope } from '../spool/open-envelope.js';
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
export async function checkEnvelope(envelope: SpooledEnvelope): Promise<CheckedEnvelope> {
  return { envelope, header: await readHeader(envelope.path) };
}

async function readHeader(path: string): Promise<EnvelopeHeader> {
  const file = await openFile(path);
  try {
    if (!(await file.stat()).isFile()) throw new UnshippableEnvelopeError(notAFile);
    const bytes = Buffer.alloc(envelopeHeaderBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return readEnvelopeHeader(bytes.subarray(0, bytesRead));
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new UnshippableEnvelopeError(`damaged: ${error.message}`, { cause: error });
  } finally {
    await file.close();
  }
}

const notAFile = 'not a regular file';
/** What open(2) says of a missing file, a link, and a socket. */
const unshippable = new Map([
  ['ENOENT', 'its file is missing'],
  ['ELOOP', notAFile],
  ['ENXIO', notAFile],
]);

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await openEnvelope(path);
  } catch (error) {
    const reason = unshippable.get(systemCode(error) ?? '');
    if (reason === undefined) throw error;
    throw new UnshippableEnvelopeError(reason, { cause: error });
  }
}
