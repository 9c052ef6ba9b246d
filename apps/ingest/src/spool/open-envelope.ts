import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Neither follows a link nor waits for the writer of a FIFO, as a plain open(2) would for ever. */
export const envelopeFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens an envelope of the spool for reading. @throws the system's error; ELOOP for a link */
export async function openEnvelope(path: string): Promise<FileHandle> {
  return await open(path, envelopeFlags);
}
