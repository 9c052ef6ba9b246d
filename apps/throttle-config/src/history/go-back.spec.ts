import { describe, expect, it } from '@jest/globals';

import { goBack } from './go-back.js';

const revision = '0123456789abcdef';
const apply = (file: string) => `kubectl replace -f ${file}`;

describe('the commands to go back', () => {
  it('download the revision, and apply it like any other rules', () => {
    expect(goBack(revision, 8001, apply, undefined)).toEqual({
      commands: [
        `curl --fail --silent http://localhost:8001/v1/history/${revision}/ruleset --output ruleset-${revision}.yaml`,
        `kubectl replace -f ruleset-${revision}.yaml`,
      ],
    });
  });

  it('name the Helm release that owns the ConfigMap', () => {
    expect(goBack(revision, 8001, apply, 'reports').note).toContain('Helm release reports');
  });

  it('are none for the bundled rules', () => {
    const { commands, note } = goBack(revision, 8001, () => undefined, undefined);
    expect(commands).toEqual([]);
    expect(note).toContain('RULES_FILE');
  });
});
