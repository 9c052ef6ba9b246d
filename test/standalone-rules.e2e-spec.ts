import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  aReport,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';

let directory: TemporaryDirectory;
let collector: CollectorProcess;
let rulesFile: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  rulesFile = join(directory.path, 'throttle-rules.yaml');
  collector = await CollectorProcess.at(directory.path);
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await directory.remove();
});

/** What becomes of a report of a Firefox nightly. */
async function answer(): Promise<string> {
  return (await submit(collector.url, aReport().build())).body.replace(/bp-.*\n/, '…');
}

async function edit(change: (rules: string) => string): Promise<void> {
  await writeFile(rulesFile, change(await readFile(rulesFile, 'utf8')));
}

const ruleBeforeAll = `rules:
  - name: no_nightly
    match: get("ReleaseChannel") == "nightly"
    result: reject
`;

/** In order: each one goes on from where the one before has left the rules. */
describe('the rules file of the data directory', () => {
  it('takes effect when it is edited, without a restart', async () => {
    expect(await answer()).toBe('CrashID=…');
    await edit((rules) => rules.replace('rules:\n', ruleBeforeAll));
    await waitFor(async () => (await answer()) === 'Discarded=rule_no_nightly');

    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('stays without effect while it is broken, and the log says what is wrong where', async () => {
    await edit((rules) => `${rules}  - name: unfinished\n`);
    const line = await collector.running.waitForLine(
      /throttle-rules\.yaml:\d+:\d+: rule unfinished/,
    );

    expect(JSON.parse(line)).toMatchObject({ Severity: 3, Type: 'antenna.throttle-config' });
    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('stays without effect over a restart, too: the last good rules are kept', async () => {
    expect(await collector.running.stop()).toEqual({ code: 0, signal: null });
    await collector.start();
    await collector.running.waitForLine('"message":"ruleset refused');

    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('takes effect again when it is repaired', async () => {
    await edit((rules) =>
      rules.replace(ruleBeforeAll, 'rules:\n').replace(/ {2}- name: unfinished\n/, ''),
    );
    await waitFor(async () => (await answer()) === 'CrashID=…');

    expect(await answer()).toBe('CrashID=…');
  });
});
