import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import type { DataDirectory } from './data-directory.js';

/** Describes where a crash that is not stored is waiting, if it is. */
export async function locationOf(data: DataDirectory, crashId: string): Promise<string> {
  const waiting = [
    { path: join(data.envelopes, `${crashId}.envelope`), meaning: 'it is in the spool' },
    {
      path: join(data.staging, stagedEnvelopeKey(crashId)),
      meaning: 'it is staged for crashmover',
    },
  ];
  for (const { path, meaning } of waiting) if (await exists(path)) return `${meaning}: ${path}`;
  return `it is not in ${data.envelopes} or ${data.staging} either`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
