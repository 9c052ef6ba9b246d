import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  acceptAllRuleset,
  type Predecessor,
  startPredecessor,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { antenna, CollectorProcess } from './collector-process.js';
import { FaultyProxy, lateMs } from './faulty-proxy.js';

let directory: TemporaryDirectory;
let data: string;
let old: string;
let collector: CollectorProcess;
let predecessor: Predecessor;

beforeAll(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
  old = join(directory.path, 'old');
  predecessor = await startPredecessor(old);
  const rules = join(directory.path, 'rules.yaml');
  await writeFile(rules, acceptAllRuleset);
  collector = await CollectorProcess.at(data, { RULES_FILE: rules });
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await predecessor.stop();
  await directory.remove();
});

interface Group {
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
}

const compare = (options: string) => antenna(['compare', ...options.split(' ')]);

function groupsIn(stdout: string): string[] {
  const { differences } = JSON.parse(stdout) as { differences: Group[] };
  return differences.map(({ kind, subject, count }) => `${count} ${kind} ${subject}`).toSorted();
}

const known = [
  'key_only_in_a metadata.dump_filenames',
  'key_only_in_a metadata.payload_size',
  'key_only_in_b TelemetrySessionId',
  'key_only_in_b legacy_processing',
  'note_only_in_a Removed TelemetrySessionId from raw crash.',
  'value_type metadata.payload_compressed: string, number',
];

describe('antenna compare with another kind of collector', () => {
  it('finds exactly the known differences, and accepts them by a file with reasons', async () => {
    const draft = join(directory.path, 'accepted.yaml');
    const page = join(directory.path, 'page.html');
    const sides = `--a ${collector.url} --b ${predecessor.url} --stored ${data} ${old}`;
    const options = `${sides} --count 20 --kind firefox-main --json`;
    const first = await compare(`${options} --write-accepted ${draft} --html ${page}`);
    expect(groupsIn(first.stdout)).toEqual(known.map((difference) => `20 ${difference}`));
    expect(first).toMatchObject({ code: 1, stderr: 'error: 6 differences are not accepted' });
    expect(await readFile(page, 'utf8')).toContain(
      '<h1>Comparison: 6 differences are not accepted',
    );

    const unfinished = await compare(`${options} --accept ${draft}`);
    expect(unfinished.code).toBe(2);
    expect(unfinished.stderr).toMatch(/entry 1 of "accepted" .* needs a reason/);
    const text = await readFile(draft, 'utf8');
    await writeFile(draft, text.replaceAll('reason: ""', 'reason: the old one does it so'));
    const second = await compare(`${options} --accept ${draft}`);
    expect({ code: second.code, differences: groupsIn(second.stdout) }).toEqual({
      code: 0,
      differences: [],
    });

    const stores = await compare(`--stored ${data} ${old} --accept ${draft}`);
    expect(stores.code).toBe(0);
    expect(stores.stdout).toContain('40 stored crashes compared');
  });
});

describe('antenna compare of two collectors with the same rules', () => {
  let other: CollectorProcess;

  beforeAll(async () => {
    other = await CollectorProcess.at(join(directory.path, 'other'));
    await other.start();
  });

  afterAll(() => other.kill());

  it('finds no difference although rules decide by chance, and says so', async () => {
    const stored = join(directory.path, 'other');
    const sides = `--a ${other.url} --b ${other.url} --stored ${stored} ${stored}`;
    const { code, stdout } = await compare(`${sides} --count 100 --kind firefox-main`);
    expect(stdout).toMatch(
      /\ndecided by chance: \d+ × a is_firefox_desktop accepts, b is_firefox_desktop rejects; \d+ × /,
    );
    expect({ code, end: stdout.split('\n').slice(-2) }).toEqual({ code: 0, end: ['', 'the same'] });
  });
});

describe('antenna compare with a faulty proxy before the collector', () => {
  let proxy: FaultyProxy;

  beforeAll(async () => {
    proxy = await FaultyProxy.before(collector.url);
  });

  afterAll(() => proxy.stop());

  it('catches each fault', async () => {
    proxy.willDo(
      'none',
      'acknowledge',
      'drop',
      'alter the minidump',
      'alter an annotation',
      'answer late',
    );
    const sides = `--a ${collector.url} --b ${proxy.url} --stored ${data} ${data}`;
    const { code, stdout } = await compare(
      `${sides} --count 6 --kind firefox-main --concurrency 1 --answer-within ${lateMs - 500}ms --stored-within 5s`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('6 reports sent to both, 4 stored crashes compared');
    for (const found of [
      '1 × no answer: b: reset [no_answer]',
      '1 × late answer: b [late_answer]',
      '1 × acknowledged, but not stored: b [not_stored]',
      '1 × bytes of a dump differ: upload_file_minidump [dump_bytes]',
      '1 × value in the raw crash differs: Vendor [value]',
    ])
      expect(stdout).toContain(found);
    expect(stdout.match(/^\d+ × /gm)).toHaveLength(5);
    expect(stdout).toContain('a: "Mozilla"  b: "Mozillo"');
  });
});
