import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  aReport,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { cliEntry, CollectorProcess } from './collector-process.js';

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

async function page(): Promise<string> {
  return await (await fetch(collector.address('throttleConfig'))).text();
}

const ruleBeforeAll = `rules:
  - name: no_nightly
    match: get("ReleaseChannel") == "nightly"
    result: reject
`;
const ruleOnTop = `rules:
  - name: all_go_on
    match: "true"
    sample: { percent: 99.9999, within: continue, beyond: continue }
`;

/** In order: each one goes on from where the one before has left the rules. */
describe('the rules file of the data directory', () => {
  it('takes effect when it is edited, without a restart', async () => {
    expect(await answer()).toBe('CrashID=…');
    await edit((rules) => rules.replace('rules:\n', ruleBeforeAll));
    await waitFor(async () => (await answer()) === 'Discarded=rule_no_nightly');

    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('has no effect while it is invalid, and the log has the position of the mistake', async () => {
    await edit((rules) => `${rules}  - name: unfinished\n`);
    const line = await collector.running.waitForLine(
      /throttle-rules\.yaml:\d+:\d+: rule unfinished/,
    );

    expect(JSON.parse(line)).toMatchObject({ Severity: 3, Type: 'antenna.throttle-config' });
    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('has the same error on the page and in `antenna rules check`', async () => {
    const shown = await page();
    const check = await startProcess([cliEntry, 'rules', 'check', rulesFile]);
    expect((await check.exit).code).toBe(1);

    expect(shown).toContain('The last edit was refused');
    expect(shown).toContain('rule <b>unfinished</b>:');
    expect(shown).toContain('match is missing');
    expect(check.stdout.join('\n')).toMatch(/error: rule unfinished: match is missing \(add match/);
  });

  it('has no effect after a restart either: the last valid rules are kept', async () => {
    expect(await collector.running.stop()).toEqual({ code: 0, signal: null });
    await collector.start();
    await collector.running.waitForLine('"message":"ruleset refused');

    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('is the only file that is left of a process that was killed while it wrote the last valid rules', async () => {
    const drafts = ['throttle-rules.last-valid.json.new', 'spool/ruleset.json.new'];
    await collector.kill();
    for (const draft of drafts) await writeFile(join(directory.path, draft), '{"half":');
    expect(await collector.inTransit()).toEqual(expect.arrayContaining(drafts));
    await collector.start();
    await collector.drained();

    expect(await answer()).toBe('Discarded=rule_no_nightly');
  });

  it('takes effect again when it is fixed', async () => {
    await edit((rules) =>
      rules.replace(ruleBeforeAll, 'rules:\n').replace(/ {2}- name: unfinished\n/, ''),
    );
    await waitFor(async () => (await answer()) === 'CrashID=…');

    expect(await answer()).toBe('CrashID=…');
  });

  it('applies to reports within two seconds, edit after edit', async () => {
    const lags: number[] = [];
    await edit((rules) => rules.replace('rules:\n', ruleBeforeAll));
    for (const name of ['edit_1', 'edit_2', 'edit_3', 'edit_4', 'edit_5']) {
      // oxlint-disable-next-line no-await-in-loop
      await edit((rules) => rules.replace(/name: (no_nightly|edit_\d)/, `name: ${name}`));
      const saved = performance.now();
      // oxlint-disable-next-line no-await-in-loop
      await waitFor(async () => (await answer()) === `Discarded=rule_${name}`);
      lags.push(Math.round(performance.now() - saved));
    }

    process.stdout.write(`edits of the rules were obeyed after ${lags.join(', ')} ms\n`);
    expect(Math.max(...lags)).toBeLessThan(2000);
  });
});

describe('the page of throttle-config', () => {
  it('counts the verdicts of ingest, and shows its revision and when it was applied', async () => {
    await edit((rules) => rules.replace('rules:\n', ruleOnTop));
    await waitFor(
      async () => {
        await answer();
        const shown = await page();
        return /[\d,]+ reject \(/.test(shown) && /[\d,]+ continue \(/.test(shown);
      },
      { timeoutMs: 20_000 },
    );
    const status = await fetch(`${collector.address('throttleConfig')}/v1/status`);

    const { live, instances } = JSON.parse(await status.text());
    expect(instances).toEqual([
      expect.objectContaining({
        instance: expect.any(String),
        revision: live.revision,
        acceptedAt: expect.any(String),
      }),
    ]);
  });

  it('has the same counts in `antenna rules explain`', async () => {
    const url = collector.address('throttleConfig');
    const explain = await startProcess([cliEntry, 'rules', 'explain', '--url', url]);
    expect(await explain.exit).toMatchObject({ code: 0 });

    const explained = explain.stdout.join('\n');
    expect(explained).toMatch(
      /reports of the last 10 minutes that 1 ingest instance reported to this replica\./,
    );
    expect(explained).toMatch(/^ +\d+\. +\d+\.\d % +[1-9][\d,]* +edit_5$/m);
  });
});
