import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ApiServer } from './support/api-server.js';
import { release } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const created = { throttleRules: { create: true, preset: 'accept-all' } };
const otherwise = { throttleRules: { create: true, preset: 'mozilla' } };
const edited = { data: { 'ruleset.yaml': 'edited by the owner' } };

const withServer = describeWith('helm', 'kubectl', 'kube-apiserver');

/** Once created, the rules belong to their editors. Helm needs the server to know whether they exist. */
withServer('the throttle rules in a cluster (skipped without KUBEBUILDER_ASSETS)', () => {
  let server: ApiServer;
  const rules = () => server.field('configmap', 'throttle-rules', String.raw`.data.ruleset\.yaml`);
  const statusName = 'reports-antenna-throttle-rules-status';
  const status = () => server.field('configmap', statusName, '.data.status');

  const historyName = 'reports-antenna-throttle-rules-history';
  const history = () =>
    server.field('configmap', historyName, String.raw`.binaryData.history\.json\.gz`);

  beforeAll(async () => {
    server = await ApiServer.start();
  });

  afterAll(async () => await server.close());

  it('are created by an installation if they do not exist', () => {
    server.install(created);
    expect(rules()).toContain('kind: ThrottleRuleset');
  });

  it('keep their edits in upgrades whose values have other rules or none', () => {
    server.patch('configmap', 'throttle-rules', edited);
    server.patch('configmap', statusName, { data: { status: 'live' } });
    server.patch('configmap', historyName, { binaryData: { 'history.json.gz': 'aGlzdG9yeQ==' } });
    for (const values of [created, otherwise, {}, created]) {
      server.upgrade(values);
      expect([rules(), status()]).toEqual(['edited by the owner', 'live']);
      expect(history()).toBe('aGlzdG9yeQ==');
    }
  });

  it('keep their edits in rollbacks, including to the first revision', () => {
    server.helm(['rollback', release.name, '3']);
    expect(rules()).toBe('edited by the owner');
    server.helm(['rollback', release.name, '1']);
    expect([rules(), status()]).toEqual(['edited by the owner', 'live']);
  });

  it('remain after uninstallation and are used by the next release', () => {
    server.helm(['uninstall', release.name]);
    expect(rules()).toBe('edited by the owner');
    server.install(otherwise);
    expect(rules()).toBe('edited by the owner');
  });

  it('are not changed if they were created outside Helm', () => {
    server.helm(['uninstall', release.name]);
    server.kubectl(['delete', 'configmap', 'throttle-rules']);
    server.kubectl([
      'create',
      'configmap',
      'throttle-rules',
      '--from-literal=ruleset.yaml=by hand',
    ]);
    server.install(created);
    expect(rules()).toBe('by hand');
    server.upgrade(otherwise);
    expect(rules()).toBe('by hand');
  });
});
