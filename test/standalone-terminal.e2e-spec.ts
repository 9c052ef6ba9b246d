import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  acceptAllRuleset,
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { CollectorProcess, standaloneEntry } from './collector-process.js';

/** util-linux's `script` gives its command a terminal; the BSD one has other options. */
const hasScript = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '');
const onTerminal = hasScript ? describe : describe.skip;

onTerminal('a start on a terminal (skipped without util-linux script)', () => {
  let directory: TemporaryDirectory;
  let terminal: RunningProcess;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  afterEach(async () => {
    terminal.kill('SIGKILL');
    await terminal.exit;
    await directory.remove();
  });

  /** Signals are for the collector itself: `script` would hang up on it. */
  async function collectorPid(): Promise<number> {
    return Number((await terminal.waitForLine(/^pid \d+/)).slice(4));
  }

  it('prints a readable log and what to try', async () => {
    const rulesFile = join(directory.path, 'ours.yaml');
    await writeFile(rulesFile, acceptAllRuleset);
    const collector = await CollectorProcess.at(directory.path, { RULES_FILE: rulesFile });
    const { env, url } = collector;
    const command = `echo pid $$; exec "${process.execPath}" "${standaloneEntry}"`;
    terminal = await startProcess(['-qec', command, '/dev/null'], { command: 'script', env });
    await terminal.waitForLine('queue receive processing', { timeoutMs: 30_000 });

    const text = terminal.stdout.join('\n');
    expect(text).toContain('Antenna is running. Stop it with Ctrl-C.');
    expect(text).toContain(url);
    expect(text).toMatch(`rules page              ${collector.address('throttleConfig')}/`);
    expect(text).toMatch(`rules                   ${rulesFile}; an edit takes effect at once`);
    expect(text).toContain('for ever; to change it: RETENTION=30 npm start');
    expect(text).toMatch(/ready.*submit_url.*Antenna is running/s);
    expect(
      text
        .trim()
        .split(/\s*\n\s*/)
        .slice(-3),
    ).toEqual([
      `npx antenna send --annotation ProductName=MyGame --url ${url}`,
      `npx antenna show CRASH_ID --data-dir ${directory.path}`,
      `npx antenna queue receive processing --data-dir ${directory.path}`,
    ]);
    expect(text).not.toContain('"Fields"');
    process.kill(await collectorPid(), 'SIGTERM');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
  });
});
