import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import type { DataDirectory } from './data-directory.js';

/** Says, for a crash that is not stored, whether it is still on its way and where. */
export async function whereabouts(data: DataDirectory, crashId: string): Promise<string> {
  const waiting = [
    { path: join(data.envelopes, `${crashId}.envelope`), meaning: 'it waits in the spool' },
    {
      path: join(data.staging, stagedEnvelopeKey(crashId)),
      meaning: 'it is staged for crashmover',
    },
  ];
  for (const { path, meaning } of waiting) if (await exists(path)) return `${meaning}: ${path}`;
  return `nor is it in ${data.envelopes} or ${data.staging}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
