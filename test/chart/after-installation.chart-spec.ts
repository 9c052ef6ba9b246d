import { execFileSync } from 'node:child_process';

import { expect, it } from '@jest/globals';

import { chartFolder, exampleValues, helm, release, render, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const withHelm = describeWith('helm');

withHelm.each(exampleValues())('the notes with $file', ({ values }) => {
  it('name the release and only existing objects', () => {
    const notes = notesOf(values);
    const named = [...notes.matchAll(/ (service|deployment|statefulset)\/([\w-]+)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, kind = '', name = ''] of named)
      expect([kind, name, isThere(values, kind, name)]).toEqual([kind, name, true]);
    expect(notes).toContain(release.namespace);
  });

  it('have no missing values', () => {
    expect(notesOf(values)).not.toMatch(/<no value>|<nil>|%!|map\[/);
  });
});

withHelm('the notes after an installation', () => {
  it('warn about values that can lose reports', () => {
    const unsafe = { ingest: { spool: { persistence: { enabled: false } } } };
    expect(notesOf(unsafe)).toContain('ingest.spool.persistence.enabled');
    expect(notesOf({})).not.toContain('ingest.spool.persistence.enabled');
  });
});

withHelm.each(exampleValues())('helm test with $file', ({ values }) => {
  it('passes only options that the system test has', () => {
    const known = new Set(systemTestHelp().match(/--[\w-]+/g));
    const flags = testArguments(values).filter((argument) => argument.startsWith('--'));
    expect(flags.includes('--url')).toBe(
      render(values).pods.some(({ component }) => component === 'test'),
    );
    expect(flags.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it("tests the release's Services on their ports", () => {
    const ports = render(values)
      .ofKind('Service')
      .flatMap(({ metadata, spec }) =>
        (spec as { ports: readonly { port: number }[] }).ports.map(
          ({ port }) => `http://${metadata.name}:${port}`,
        ),
      );
    const [url, throttleConfig] = ['--url', '--throttle-config-url'].map((flag) =>
      optionOf(values, flag),
    );
    const expected = [url, throttleConfig].filter((address) => address !== undefined);
    expect(ports).toEqual(expect.arrayContaining(expected));
  });
});

let help: string | undefined;

function systemTestHelp(): string {
  help ??= execFileSync(process.execPath, ['dist/systemtest/main.js', '--help'], {
    encoding: 'utf8',
  });
  return help;
}

/** Empty without a test. */
function testArguments(values: Values): readonly string[] {
  const tests = render(values).pods.filter(({ component }) => component === 'test');
  return tests.flatMap(({ spec }) => spec.containers.flatMap(({ args = [] }) => args));
}

function optionOf(values: Values, flag: string): string | undefined {
  const given = testArguments(values);
  return given.includes(flag) ? given[given.indexOf(flag) + 1] : undefined;
}

function notesOf(values: Values): string {
  const { name, namespace } = release;
  const args = [
    'install',
    name,
    chartFolder,
    '--dry-run=client',
    '--namespace',
    namespace,
    '--values',
    '-',
  ];
  const { code, output, errors } = helm(args, values);
  if (code !== 0) throw new Error(errors);
  return output.slice(output.indexOf('\nNOTES:'));
}

function isThere(values: Values, kind: string, name: string): boolean {
  return render(values).objects.some(
    (object) => object.kind.toLowerCase() === kind && object.metadata.name === name,
  );
}
