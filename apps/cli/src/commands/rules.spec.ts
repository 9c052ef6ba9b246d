import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCaptured } from '../../test/run-captured.js';

const sampling = `
apiVersion: antenna/v1
kind: ThrottleRuleset
lists:
  products: [Firefox, Fenix]
  packages:
    Fenix: [org.mozilla.fenix]
rules:
  - name: other_product
    description: Refuse what is not ours
    match: '!(get("ProductName") in products) && !(get("ProductName") in packages)'
    result: reject
  - name: is_shutdownkill
    match: >-
      get("ipc_channel_error") == "ShutDownKill"
      && get("ReleaseChannel") == "release"
    sample: { percent: 10, within: continue, beyond: reject }
  - name: is_release
    match: get("ReleaseChannel") == "release"
    sample: { percent: 12.5, within: accept, beyond: defer, by: get("ClientId") }
  - name: number
    match: int(get("Number")) > 5
    result: fakeaccept
`;

const broken = `
apiVersion: antenna/v1
kind: ThrottleRuleset
lists: { unused: [one] }
rules:
  - name: wrong expression
    match: get("A") = "b"
    result: acept
`;

let directory: TemporaryDirectory;
let rules: string;
let annotations: string;

beforeAll(async () => {
  directory = await temporaryDirectory();
  rules = await file('rules.yaml', sampling);
  annotations = await file(
    'annotations.json',
    JSON.stringify({
      ProductName: 'Firefox',
      ReleaseChannel: 'release',
      ipc_channel_error: 'ShutDownKill',
      Number: 7,
    }),
  );
});

afterAll(() => directory.remove());

async function file(name: string, text: string): Promise<string> {
  const path = join(directory.path, name);
  await writeFile(path, text);
  return path;
}

describe('antenna rules check', () => {
  it('prints every error with its line, its column and a hint', async () => {
    const path = await file('broken.yaml', broken);
    expect(await runCaptured(['rules', 'check', path])).toEqual({
      code: 1,
      stdout:
        `${path}:6:11: error: rule wrong expression: "wrong expression" is not a valid name for a rule (use 1 to 100 letters, digits and _)\n` +
        `${path}:7:21: error: rule wrong expression: unexpected "=" (to compare, write ==)\n` +
        `${path}:8:13: error: rule wrong expression: result must not be "acept" (did you mean accept?)\n`,
      stderr: `error: ${path} has 3 errors\n`,
    });
  });

  it('prints the warnings of valid rules', async () => {
    const path = await file('warned.yaml', mozillaRuleset.replace('lists:', 'lists:\n  idle: [a]'));
    const { code, stdout, stderr } = await runCaptured(['rules', 'check', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+:\d+:\d+: warning: no rule uses the list idle \(remove it\)\n$/);
    expect(stderr).toBe(`${path} is valid: 16 rules, 1 warning\n`);
  });

  it('reads standard input', async () => {
    const stdin = Readable.from([Buffer.from(sampling)]);
    expect(await runCaptured(['rules', 'check', '-'], { stdin })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'stdin is valid: 4 rules\n',
    });
  });

  it('prints JSON with --json', async () => {
    const stdin = Readable.from([Buffer.from(broken)]);
    const { code, stdout } = await runCaptured(['rules', 'check', '-', '--json'], { stdin });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      errors: [{ line: 6, column: 11 }, { line: 7 }, { hint: 'did you mean accept?' }],
      warnings: [],
    });
  });

  it('reports a missing file', async () => {
    expect(await runCaptured(['rules', 'check', '/none/rules.yaml'])).toMatchObject({
      code: 1,
      stderr: 'error: cannot read /none/rules.yaml: no such file\n',
    });
  });
});

describe('antenna rules try', () => {
  const tryRules = ['rules', 'try'];

  it('prints the result of each rule, the verdict and its reason', async () => {
    const args = [...tryRules, rules, '--annotations', annotations];
    const run = await runCaptured(args, { random: () => 0.05 });
    expect(run).toEqual({
      code: 0,
      stdout: [
        '1  other_product    -        not: !(get("ProductName") in products)',
        '2  is_shutdownkill  matches  draws 5.00, within 10 %: continue',
        '3  is_release       matches  draws 5.00, within 12.5 %: accept  <- decides',
        '4  number           matches  (not evaluated: decided before)',
        '',
        'verdict: accept, by rule 3 is_release (keep 12.5 %, keep the rest without processing, always the same for the same ClientId)',
        '',
      ].join('\n'),
      stderr: '',
    });
  });

  it('draws a number for each sample', async () => {
    const args = [...tryRules, rules, '--annotations', annotations];
    const { stdout } = await runCaptured(args, { random: () => 0.7 });
    expect(stdout).toContain('draws 70.00, beyond 10 %: reject  <- decides');
    expect(stdout).toContain('verdict: reject, by rule 2 is_shutdownkill (pass 10 %');
  });

  it('reports rules that fail, and a report that no rule decides', async () => {
    const none = await file('none.json', '{"ProductName": "Fenix", "Number": "many"}');
    const { stdout } = await runCaptured([...tryRules, rules, '--annotations', none]);
    expect(stdout).toMatch(/^4 {2}number +- +failed, so it does not match: .+$/m);
    expect(stdout).toContain('verdict: reject (NO_MATCH: no rule decided)\n');
  });

  it('prints JSON with --json', async () => {
    const args = [...tryRules, rules, '--annotations', annotations, '--json'];
    const { stdout } = await runCaptured(args, { random: () => 0.05 });
    expect(JSON.parse(stdout)).toMatchObject({
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
      verdict: 'accept',
      rule: 'is_release',
      rules: [
        { rule: 'other_product', matched: false, decided: false },
        { matched: true, outcome: 'continue', sample: { draw: 5, percent: 10 } },
        { decided: true },
        { rule: 'number', matched: true },
      ],
    });
  });

  it('reads either the rules or the annotations from standard input', async () => {
    const stdin = Readable.from([Buffer.from(sampling)]);
    const args = [...tryRules, '-', '--annotations', annotations];
    expect(await runCaptured(args, { stdin })).toMatchObject({ code: 0 });
    expect(await runCaptured([...tryRules, '-', '--annotations', '-'])).toMatchObject({
      code: 1,
      stderr: 'error: rules and annotations cannot both come from standard input\n',
    });
  });

  it.each([
    ['[1]', 'is not a JSON object of annotations'],
    ['{"a":', 'is not JSON: '],
  ])('rejects annotations like %s', async (text, reason) => {
    const path = await file('odd.json', text);
    const { code, stderr } = await runCaptured([...tryRules, rules, '--annotations', path]);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: ${path} ${reason}`);
  });

  it('prints the errors of invalid rules', async () => {
    const path = await file('broken.yaml', broken);
    const { code, stderr } = await runCaptured([...tryRules, path, '--annotations', annotations]);
    expect(code).toBe(1);
    expect(stderr).toContain(`${path}:7:21: rule wrong expression: unexpected "="`);
    expect(stderr).toContain(`error: the rules of ${path} are not valid\n`);
  });
});

describe('antenna rules, with a rule that stops clients', () => {
  const stopping = `
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: old
    match: product() == "App" && version().startsWith("1.")
    result: reject
    stopSending: true
`;

  it('say what it does, and which version a report stops', async () => {
    const path = await file('stopping.yaml', stopping);
    const report = await file('old.json', '{"prod": "App", "ver": "1.2"}');
    const explained = await runCaptured(['rules', 'explain', path]);
    expect(explained.stdout).toContain(
      '): reject, and tell clients to send no more of this version\n',
    );
    const tried = await runCaptured(['rules', 'try', path, '--annotations', report]);
    expect(tried.stdout).toContain(
      'verdict: reject, by rule 1 old (reject, and tell clients to send no more of this version)\n' +
        'the client is told to send no more reports of version 1.2\n',
    );
    const args = ['rules', 'try', path, '--annotations', report, '--json'];
    expect(JSON.parse((await runCaptured(args)).stdout)).toMatchObject({ stopSendingFor: '1.2' });
  });

  it('are refused at the line if the rule does not reject', async () => {
    const path = await file('keeping.yaml', stopping.replace('reject', 'accept'));
    const { code, stdout, stderr } = await runCaptured(['rules', 'check', path]);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(
      `${path}:8:5: error: rule old: stopSending is allowed only with result: reject`,
    );
  });
});

describe('antenna rules explain', () => {
  it('prints the rules in order, their sample rates, and the lists', async () => {
    expect(await runCaptured(['rules', 'explain', rules])).toEqual({
      code: 0,
      stdout: expect.stringContaining(
        [
          '',
          '  1. other_product — Refuse what is not ours',
          '     when !(get("ProductName") in products) && !(get("ProductName") in packages): reject',
          '  2. is_shutdownkill',
          '     when get("ipc_channel_error") == "ShutDownKill" && get("ReleaseChannel") == "release": pass 10 % on to the next rules, reject the rest',
          '  3. is_release',
          '     when get("ReleaseChannel") == "release": keep 12.5 %, keep the rest without processing, always the same for the same ClientId',
          '  4. number',
          '     when int(get("Number")) > 5: pretend to keep',
          '     otherwise: reject (NO_MATCH)',
          '',
          'products:',
          '  Firefox, Fenix',
          '',
          'packages:',
          '  Fenix: org.mozilla.fenix',
          '',
        ].join('\n'),
      ),
      stderr: '',
    });
  });

  it('prints one document with --json', async () => {
    const { stdout } = await runCaptured(['rules', 'explain', rules, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      source: rules,
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
      rules: [
        { name: 'other_product', outcome: 'reject', result: 'reject' },
        { name: 'is_shutdownkill' },
        { name: 'is_release', outcome: expect.stringContaining('keep 12.5 %') },
        { name: 'number' },
      ],
      lists: { products: ['Firefox', 'Fenix'] },
    });
  });

  it('prints no "otherwise" when a rule decides every report', async () => {
    const { stdout } = await runCaptured([
      'rules',
      'explain',
      await file('m.yaml', mozillaRuleset),
    ]);
    expect(stdout).toContain(
      ' 16. accept_everything — Keep what no rule above has decided\n     always: keep\n',
    );
    expect(stdout).not.toContain('otherwise');
  });

  it('rejects a file together with --url', async () => {
    const args = ['rules', 'explain', rules, '--url', 'http://127.0.0.1:1'];
    expect(await runCaptured(args)).toMatchObject({
      code: 1,
      stderr: 'error: give either a file or --url\n',
    });
  });
});
