import { describe, expect, it } from '@jest/globals';

import { goBack } from './go-back.js';

const revision = '0123456789abcdef';
const download = `curl --fail --silent http://localhost:8001/v1/history/${revision}/ruleset`;
const configMap = { namespace: 'crashes', name: 'throttle-rules', key: 'ruleset.yaml' };

describe('the commands to go back', () => {
  it('replace the file of the rules at once', () => {
    const config = { port: 8001, rulesFile: "/etc/it's rules.yaml" };
    expect(goBack(revision, config, undefined, undefined).commands).toEqual([
      `${download} --output '/etc/it'\\''s rules.yaml.new' && mv '/etc/it'\\''s rules.yaml.new' '/etc/it'\\''s rules.yaml'`,
    ]);
  });

  it('change one key of the ConfigMap, and name the Helm release that owns it', () => {
    const config = { port: 8001, rulesFile: undefined };
    const { commands, note } = goBack(revision, config, configMap, undefined);
    expect(commands).toEqual([
      `${download} --output ruleset.yaml`,
      expect.stringMatching(
        /^kubectl --namespace crashes create configmap throttle-rules --from-file=ruleset\.yaml=ruleset\.yaml .* \| kubectl apply --server-side /,
      ),
    ]);
    expect(note).toBeUndefined();
    expect(goBack(revision, config, configMap, 'reports').note).toContain('Helm release reports');
  });

  it('are none for the bundled rules', () => {
    const { commands, note } = goBack(
      revision,
      { port: 8001, rulesFile: undefined },
      undefined,
      '',
    );
    expect(commands).toEqual([]);
    expect(note).toContain('RULES_FILE');
  });
});
