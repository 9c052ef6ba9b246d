import type { CrashmoverConfig } from '../../crashmover/src/index.js';
import type { RunningStandalone } from './start-standalone.js';

/** The start-up message: the addresses and commands that a developer needs first. */
export function welcome(
  { ingest, crashmover, throttleConfig, data }: RunningStandalone,
  { retentionDays }: CrashmoverConfig,
): string {
  const kept =
    retentionDays === 0
      ? 'for ever; to change it: RETENTION=30 npm start'
      : `${retentionDays} days`;
  return `
Antenna is running. Stop it with Ctrl-C.

  post crash reports to   ${ingest.url}/submit
  health                  ${ingest.url}/__heartbeat__, ${crashmover.url}/__heartbeat__
  throttle rules          ${data.rulesFile} (served at ${throttleConfig.url}/v1/ruleset)
  stored crashes          ${data.directory}/crashes/v1
  kept                    ${kept}

Try, in another terminal:

  npm run -s antenna -- send
  npm run -s antenna -- show CRASH_ID
  npm run -s antenna -- queue receive processing

`;
}
