import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ApiServer } from './support/api-server.js';
import { release } from './support/chart.js';
import { whereThereIs } from './support/where-there-is.js';

const created = { throttleRules: { create: true, preset: 'accept-all' } };
const otherwise = { throttleRules: { create: true, preset: 'mozilla' } };
const edited = { data: { 'ruleset.yaml': 'edited by the owner' } };

const withServer = whereThereIs('helm', 'kubectl', 'kube-apiserver');

/** The rules belong to who edits them, from the moment in which they are there. Helm decides this with the server. */
withServer('the throttle rules (skipped unless KUBEBUILDER_ASSETS names an API server)', () => {
  let server: ApiServer;
  const rules = () => server.field('configmap', 'throttle-rules', String.raw`.data.ruleset\.yaml`);
  const status = () => server.field('configmap', 'throttle-rules-status', '.data.status');

  beforeAll(async () => {
    server = await ApiServer.start();
  });

  afterAll(async () => await server.close());

  it('are created by an installation, where there are none', () => {
    server.install(created);
    expect(rules()).toContain('kind: ThrottleRuleset');
  });

  it('stay as they were edited through upgrades, with other rules in the values or without any', () => {
    server.patch('configmap', 'throttle-rules', edited);
    server.patch('configmap', 'throttle-rules-status', { data: { status: 'live' } });
    for (const values of [created, otherwise, {}, created]) {
      server.upgrade(values);
      expect([rules(), status()]).toEqual(['edited by the owner', 'live']);
    }
  });

  it('stay through rollbacks, to the first revision, too', () => {
    server.helm(['rollback', release.name, '3']);
    expect(rules()).toBe('edited by the owner');
    server.helm(['rollback', release.name, '1']);
    expect([rules(), status()]).toEqual(['edited by the owner', 'live']);
  });

  it('outlive the release, and are what the next one finds', () => {
    server.helm(['uninstall', release.name]);
    expect(rules()).toBe('edited by the owner');
    server.install(otherwise);
    expect(rules()).toBe('edited by the owner');
  });

  it('that somebody else created are left alone', () => {
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
