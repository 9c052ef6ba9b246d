/** Restores the spool at start-up, after the previous process ended at any point. */
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { endMarkerBytes, endsWithEndMarker, isCrashId } from '#antenna/crash-report';

import type { SpooledEnvelope } from './waiting-envelopes.js';

export interface SpoolFolders {
  readonly root: string;
  /** Complete envelopes that wait for shipping. */
  readonly envelopes: string;
  /** Envelopes that are being written; removed at start-up. */
  readonly temporary: string;
  /** Files that have a final name but are incomplete, after a power cut or by a disk fault. */
  readonly damaged: string;
}

interface Recovered {
  readonly envelopes: SpooledEnvelope[];
  readonly removedTemporary: number;
  readonly damaged: string[];
}

export const envelopeSuffix = '.envelope';

export function spoolFolders(root: string): SpoolFolders {
  return {
    root,
    envelopes: join(root, 'envelopes'),
    temporary: join(root, 'tmp'),
    damaged: join(root, 'damaged'),
  };
}

export async function createSpoolFolders(folders: SpoolFolders): Promise<void> {
  for (const folder of [folders.envelopes, folders.temporary, folders.damaged])
    await mkdir(folder, { recursive: true, mode: 0o700 });
}

/** Removes partial files, moves damaged ones aside, and lists the complete ones, oldest first. */
export async function recoverSpool(folders: SpoolFolders): Promise<Recovered> {
  const temporary = await readdir(folders.temporary);
  for (const name of temporary) await rm(join(folders.temporary, name), { force: true });

  const envelopes: SpooledEnvelope[] = [];
  const damaged: string[] = [];
  for (const name of await readdir(folders.envelopes)) {
    const path = join(folders.envelopes, name);
    const crashId = crashIdOf(name);
    if (crashId === undefined || !(await isComplete(path))) {
      await rename(path, join(folders.damaged, name));
      damaged.push(name);
      continue;
    }
    const { size, mtime } = await stat(path);
    envelopes.push({ crashId, path, size, spooledAt: mtime });
  }
  envelopes.sort((a, b) => a.spooledAt.getTime() - b.spooledAt.getTime());
  return { envelopes, removedTemporary: temporary.length, damaged };
}

/** `<crash id>.envelope`, or `<crash id>.<n>.envelope` when a client sent the same id more than once. */
function crashIdOf(fileName: string): string | undefined {
  if (!fileName.endsWith(envelopeSuffix)) return undefined;
  const id = fileName.split('.')[0] ?? '';
  return isCrashId(id) ? id : undefined;
}

async function isComplete(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(endMarkerBytes, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    return endsWithEndMarker(tail);
  } finally {
    await file.close();
  }
}
