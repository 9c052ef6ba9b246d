/** The note that a collector leaves in its data directory, for the command line and for a second start. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { isMissing } from '#antenna/errors';

import { dataDirectoryError } from './data-directory-error.js';

export interface RunningCollector {
  readonly pid: number;
  /** Where crash reports go; missing while it starts. */
  readonly submitUrl?: string | undefined;
  /** Where its throttle-config answers; missing while it starts. */
  readonly throttleConfigUrl?: string | undefined;
  /** Streams the log lines about reports. Secret, therefore only this user can read the note; missing if it is off. */
  readonly reportsUrl?: string | undefined;
}

const noteIn = (directory: string): string => join(directory, 'running.json');

/** The collector that uses this data directory, or did until it was killed; undefined if there is none. */
export async function readRunningCollector(
  directory: string,
): Promise<RunningCollector | undefined> {
  try {
    return parsed(await readFile(noteIn(directory), 'utf8'));
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @throws StartupError */
export async function writeRunningCollector(
  directory: string,
  collector: RunningCollector,
): Promise<void> {
  const note = noteIn(directory);
  const draft = `${note}.new`;
  try {
    await rm(draft, { force: true });
    await writeFile(draft, `${JSON.stringify(collector)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, note);
  } catch (error) {
    throw dataDirectoryError(directory, error, note);
  }
}

export async function removeRunningCollector(directory: string): Promise<void> {
  await rm(noteIn(directory), { force: true });
}

function parsed(json: string): RunningCollector | undefined {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, submitUrl, throttleConfigUrl, reportsUrl } = value as Record<string, unknown>;
  if (typeof pid !== 'number') return undefined;
  return {
    pid,
    submitUrl: urlOf(submitUrl),
    throttleConfigUrl: urlOf(throttleConfigUrl),
    reportsUrl: urlOf(reportsUrl),
  };
}

function urlOf(value: unknown): string | undefined {
  const isHttp =
    typeof value === 'string' && URL.canParse(value) && new URL(value).protocol === 'http:';
  return isHttp ? value : undefined;
}
