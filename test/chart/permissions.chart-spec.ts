import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { exampleValues, release, render } from './support/chart.js';
import type { KubernetesObject } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

interface Role {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** The role with which the specs of throttle-config run it. */
const tested = parse(readFileSync('k8s/throttle-config-role.yaml', 'utf8')) as Role;

const withHelm = describeWith('helm');

withHelm.each(exampleValues())('permissions with $file', ({ values }) => {
  const chart = () => render(values);

  it('belong only to throttle-config and are limited to one namespace', () => {
    const kinds = ['ClusterRole', 'ClusterRoleBinding'].flatMap((kind) => chart().ofKind(kind));
    expect(kinds).toEqual([]);
    const components = ['Role', 'RoleBinding'].flatMap((kind) => chart().ofKind(kind));
    for (const { metadata } of components)
      expect(metadata.labels?.['app.kubernetes.io/component']).toBe('throttle-config');
    expect(chart().ofKind('Role')).toHaveLength(chart().has('throttle-config') ? 1 : 0);
  });

  it('name their resources and contain no wildcard', () => {
    for (const role of chart().ofKind('Role') as unknown as readonly Role[]) {
      expect(JSON.stringify(role.rules)).not.toContain('*');
      const unnamed = role.rules.filter(({ resourceNames }) => !resourceNames);
      expect(unnamed).toEqual([{ apiGroups: [''], resources: ['events'], verbs: ['create'] }]);
    }
  });
});

withHelm('the role of throttle-config', () => {
  const statusName = 'reports-antenna-throttle-rules-status';

  it('equals the role with which throttle-config is tested, but for names of the release', () => {
    const rules = JSON.stringify(render().the('Role', 'throttle-config')['rules']);
    expect(rules).toContain(statusName);
    const ofRelease = /reports-antenna-(throttle-rules-(?:status|history))/g;
    expect(JSON.parse(rules.replaceAll(ofRelease, '$1'))).toEqual(tested.rules);
  });

  it('is bound to its ServiceAccount in the namespace of the rules', () => {
    const chart = render({ throttleRules: { namespace: 'product-owners' } });
    const role = chart.the('Role', 'throttle-config');
    const binding = chart.the('RoleBinding', 'throttle-config') as KubernetesObject & {
      roleRef: object;
    };
    expect([role.metadata.namespace, binding.metadata.namespace]).toEqual([
      'product-owners',
      'product-owners',
    ]);
    expect(binding.roleRef).toMatchObject({ kind: 'Role', name: role.metadata.name });
    const name = chart.workload('throttle-config').spec.template.spec.serviceAccountName;
    expect(binding['subjects']).toEqual([
      { kind: 'ServiceAccount', name, namespace: release.namespace },
    ]);
  });

  it('covers the ConfigMap that the values name', () => {
    const rules = JSON.stringify(
      render({ throttleRules: { configMap: 'crash-rules' } }).the('Role', 'throttle-config'),
    );
    expect(rules).toContain('["crash-rules"]');
    expect(rules).toContain(`["${statusName}"]`);
    expect(rules).not.toContain('throttle-rules"');
  });
});
