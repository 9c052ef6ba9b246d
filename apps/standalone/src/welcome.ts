import { resolve } from 'node:path';

import type { CrashmoverConfig } from '../../crashmover/src/index.js';
import { StandaloneConfig } from './standalone.config.js';
import type { RunningStandalone } from './start-standalone.js';

/** The start-up message: the addresses and commands that a developer needs first. */
export function welcome(
  { ingest, crashmover, processor, crashStats, throttleConfig, data, rulesFile }: RunningStandalone,
  { retentionDays }: CrashmoverConfig,
): string {
  const kept =
    retentionDays === 0
      ? 'for ever; to change it: RETENTION=30 npm start'
      : `${retentionDays} days`;
  const usual = new StandaloneConfig();
  const submitUrl = `${ingest.url}/submit`;
  // The command line knows only the defaults.
  const url = new URL(ingest.url).port === String(usual.port) ? '' : ` --url ${submitUrl}`;
  const dataDirectory =
    data.directory === resolve(usual.dataDirectory) ? '' : ` --data-dir ${quoted(data.directory)}`;
  // A processor takes the crash ids off the queue.
  const last = processor ? 'crashes top' : 'queue receive processing';
  return `
Antenna is running. Stop it with Ctrl-C.

  post crash reports to   ${submitUrl}
  stored crashes          ${data.directory}/crashes/v1
  kept                    ${kept}
  crash stats             ${crashStats ? `${crashStats.url}/` : 'off'}
  rules page              ${throttleConfig.url}/
  rules                   ${rulesFile}; an edit takes effect at once
  health                  ${ingest.url}/__heartbeat__, ${crashmover.url}/__heartbeat__

Try, in another terminal:

  npx antenna tail${dataDirectory}
  npx antenna send --annotation ProductName=MyGame${url}
  npx antenna show CRASH_ID${dataDirectory}
  npx antenna ${last}${dataDirectory}

`;
}

/** As a word of a shell's command. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
