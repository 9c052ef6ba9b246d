import { describe, expect, it } from '@jest/globals';
import { nodeVersionProblem } from './index.js';

describe('nodeVersionProblem', () => {
  it.each(['v24.0.0', 'v24.21.0', 'v26.1.0', 'v100.0.0'])('accepts %s', (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(['v18.20.0', 'v20.20.2', 'v22.22.1', 'v9.11.2'])(
    'names the version that is needed instead of %s, in one line',
    (version) => {
      expect(nodeVersionProblem(version)).toMatch(
        new RegExp(`^Antenna needs Node\\.js 24 or newer; this is ${version}\\. .*npm ci.*$`),
      );
    },
  );
});
