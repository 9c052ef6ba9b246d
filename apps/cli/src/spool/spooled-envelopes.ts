import { open, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { envelopeHeaderBytes, readEnvelopeHeader } from '#antenna/crash-report';
import { errorMessage, isMissing, systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';

const suffix = '.envelope';

/** An envelope that ingest has acknowledged and not yet shipped. */
export interface SpooledEnvelope {
  readonly crashId: string;
  /** Bytes. */
  readonly size: number;
  /** From the header; the modification time of the file when the header is damaged. */
  readonly receivedAt: Date;
  /** `damaged` when the header cannot be read; `fault` then says why. */
  readonly verdict: 'accept' | 'defer' | 'damaged';
  readonly fault?: string;
}

/**
 * The waiting envelopes, oldest first, without those that are shipped in the meantime. Only headers are read, so a long
 * spool costs little.
 * @throws CliError when there is no spool, or it cannot be read
 */
export async function spooledEnvelopes(directory: string): Promise<SpooledEnvelope[]> {
  const found: SpooledEnvelope[] = [];
  for (const file of await filesIn(directory)) {
    const envelope = file.endsWith(suffix) ? await readEnvelope(join(directory, file)) : undefined;
    if (envelope !== undefined) found.push(envelope);
  }
  return found.toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

async function filesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const reason = isMissing(error) ? 'no spool at' : 'cannot read the spool at';
    throw new CliError(`${reason} ${directory}`, 1, { cause: error });
  }
}

async function readEnvelope(path: string): Promise<SpooledEnvelope | undefined> {
  try {
    await using file = await open(path, 'r');
    const { size, mtime } = await file.stat();
    const firstBytes = Buffer.alloc(envelopeHeaderBytes);
    const { bytesRead } = await file.read(firstBytes, 0, envelopeHeaderBytes, 0);
    return { size, ...describe(path, mtime, firstBytes.subarray(0, bytesRead)) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new CliError(`cannot read ${path}: ${systemCode(error)}`, 1, { cause: error });
  }
}

function describe(
  path: string,
  writtenAt: Date,
  firstBytes: Buffer,
): Omit<SpooledEnvelope, 'size'> {
  try {
    const { crashId, verdict, receivedAt } = readEnvelopeHeader(firstBytes);
    return { crashId, verdict, receivedAt: new Date(receivedAt) };
  } catch (error) {
    const crashId = basename(path, suffix);
    return { crashId, verdict: 'damaged', receivedAt: writtenAt, fault: errorMessage(error) };
  }
}
