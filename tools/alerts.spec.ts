import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { runCaptured } from '../apps/cli/test/run-captured.js';
import { unknownNames } from './metric-use.js';
import { promqlNames } from './promql-names.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: {
    readonly summary: string;
    readonly dashboard_url: string;
    readonly runbook_url: string;
  };
}

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { groups }: { groups: readonly { rules: readonly Rule[] }[] } = parse(
  read('charts/antenna/files/alerts/antenna.rules.yaml'),
);
const rules = groups.flatMap((group) => group.rules);
const { tests }: RuleTests = parse(read('charts/antenna/files/alerts/antenna.rules.test.yaml'));
const checks = tests.flatMap((test) => test.alert_rule_test);
const runbooks = readdirSync(join(root, 'docs/runbooks'))
  .filter((name) => name !== 'README.md')
  .map((name) => basename(name, '.md'));

describe.each(rules.map((rule) => [rule.alert, rule] as const))('%s', (alert, rule) => {
  it('queries only metrics, labels and values that exist', () => {
    expect(promqlNames(rule.expr).selectors).not.toEqual([]);
    expect(unknownNames(rule.expr)).toEqual([]);
  });

  it('has a severity, a dashboard and its runbook', () => {
    expect(['critical', 'warning']).toContain(rule.labels.severity);
    expect(rule.annotations.runbook_url).toBe(`docs/runbooks/${alert}.md`);
    const dashboard = rule.annotations.dashboard_url.replace('/d/', '');
    expect(existsSync(join(root, `charts/antenna/files/dashboards/${dashboard}.json`))).toBe(true);
    expect(read('docs/runbooks/README.md')).toContain(
      `| [${alert}](${alert}.md) | ${rule.labels.severity} |`,
    );
  });

  it('has tests in which it fires and tests in which it does not', () => {
    const expected = checks.filter(({ alertname }) => alertname === alert);
    expect(expected.some(({ exp_alerts: alerts }) => alerts.length > 0)).toBe(true);
    expect(expected.some(({ exp_alerts: alerts }) => alerts.length === 0)).toBe(true);
  });
});

describe('docs/runbooks', () => {
  it('has exactly one page for each alert', () => {
    expect(runbooks.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});

const titles = new Set<string>();
const dashboards = readdirSync(join(root, 'charts/antenna/files/dashboards')).filter((name) =>
  name.endsWith('.json'),
);
for (const file of dashboards) {
  const { title, panels } = JSON.parse(read(`charts/antenna/files/dashboards/${file}`));
  titles.add(title.replace('Antenna: ', ''));
  for (const panel of panels) titles.add(panel.title);
}

describe.each(runbooks)('docs/runbooks/%s.md', (name) => {
  const text = read(`docs/runbooks/${name}.md`);

  it('has the sections that on-call engineers need', () => {
    const headings = [...text.matchAll(/^##? (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([name, 'Meaning', 'Impact', 'Check', 'Fix', 'Resolved when']);
  });

  it('names only dashboards and panels that exist', () => {
    const prose = text.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`]*`/g, '');
    const named = [...prose.matchAll(/\*([^*\n]+)\*/g)].map(([, title = '']) => title);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((title) => !titles.has(title))).toEqual([]);
  });

  it('has only commands that work on a cluster, and asks for all lines of the logs of several pods', () => {
    expect(text).not.toMatch(/npm run|npx |node dist/);
    const logs = [...text.matchAll(/kubectl logs -l .*/g)].map(([command]) => command);
    // With a selector, kubectl prints ten lines of each pod by default.
    expect(logs.filter((command) => !command.includes('--tail='))).toEqual([]);
  });

  it('uses only existing commands and options of the command line', async () => {
    for (const [, line = ''] of text.matchAll(
      /^kubectl exec .* -- antenna ([^#<|\n]*[^#<|\s])/gm,
    )) {
      const words = line.split(/\s+/);
      const command = words.slice(
        0,
        /^(queue|spool|staging|dead-letter|rules)$/.test(words[0] ?? '') ? 2 : 1,
      );
      const { code, stdout } = await runCaptured([...command, '--help']);
      expect([code, stdout.split('\n')[0]]).toEqual([
        0,
        expect.stringContaining(`Usage: antenna ${command.join(' ')} `),
      ]);
      const options = words.filter((word) => word.startsWith('--'));
      expect(options.filter((option) => !stdout.includes(` ${option} `))).toEqual([]);
    }
  });
});
