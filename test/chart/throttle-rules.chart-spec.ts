import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { acceptAllRuleset } from '#antenna/testing';
import { parseRuleset } from '#antenna/throttle';

import { exampleValues, render, type Values } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import { describeWith } from './support/describe-with.js';

interface Rules {
  readonly create?: boolean;
  readonly configMap?: string;
}

const withHelm = describeWith('helm');

withHelm.each(exampleValues())('the throttle rules with $file', ({ values }) => {
  const { create = false, configMap = 'throttle-rules' } = (values['throttleRules'] ?? {}) as Rules;
  const rules = () => render(values).named('ConfigMap', configMap);

  it('are rendered only with throttleRules.create', () => {
    expect(rules() !== undefined).toBe(create);
  });

  it('are a ConfigMap that Helm does not track after creating it', () => {
    const annotations = rules()?.metadata.annotations;
    const forgotten = {
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/resource-policy': 'keep',
    };
    expect(annotations).toEqual(create ? forgotten : undefined);
  });

  it('do not cause pods to be replaced when they change, because throttle-config watches them', () => {
    const other = {
      ...values,
      throttleRules: { ...(values['throttleRules'] as object), ruleset: 'rules: []' },
    };
    expect(render(other).workloads).toEqual(render(values).workloads);
  });
});

withHelm('the throttle rules that the chart can create', () => {
  const presets = [
    ['mozilla', mozillaRuleset],
    ['accept-all', acceptAllRuleset],
  ];

  it.each(presets)('equal the bundled rules of the services: %s', (preset, ruleset) => {
    expect(dataOf({ throttleRules: { create: true, preset } })['ruleset.yaml']?.trim()).toBe(
      ruleset?.trim(),
    );
  });

  it('come from the values, under their key', () => {
    const ruleset = readFileSync('charts/antenna/files/throttle-rules/accept-all.yaml', 'utf8');
    const data = dataOf({ throttleRules: { create: true, key: 'rules.yaml', ruleset } });
    expect(Object.keys(data)).toEqual(['rules.yaml']);
    expect(parseRuleset(data['rules.yaml'] ?? '').errors).toEqual([]);
  });

  it('have the name, namespace and key that throttle-config reads', () => {
    const values = {
      throttleRules: { create: true, configMap: 'crash-rules', namespace: 'owners', key: 'x.yaml' },
    };
    const { metadata } = render(values).named('ConfigMap', 'crash-rules') ?? {};
    const { values: settings } = environmentOf(render(values), 'throttle-config');
    expect(settings).toMatchObject({
      RULES_SOURCE: 'kubernetes',
      RULES_CONFIGMAP: 'crash-rules',
      RULES_NAMESPACE: metadata?.namespace,
      RULES_KEY: 'x.yaml',
    });
  });
});

withHelm.each(['STATUS_CONFIGMAP_NAME', 'HISTORY_CONFIGMAP_NAME'])(
  'the ConfigMap of %s',
  (setting) => {
    it('is created without data, which throttle-config writes', () => {
      const { values } = environmentOf(render(), 'throttle-config');
      const configMap = render().named('ConfigMap', values[setting] ?? '');
      expect(configMap).toBeDefined();
      expect(configMap).not.toHaveProperty('data');
      expect(configMap).not.toHaveProperty('binaryData');
    });
  },
);

function dataOf(values: Values): Readonly<Record<string, string>> {
  return (render(values).named('ConfigMap', 'throttle-rules')?.['data'] ?? {}) as Record<
    string,
    string
  >;
}
