import { describe, expect, it } from '@jest/globals';

import { valuesTable } from './chart-readme.js';
import { readChartValues } from './chart-readme-values.js';

const values = `# About this file.

# @section -- Names

# -- A name.
name: ''
# -- How many, which takes
# two lines.
count: 3

group:
  # -- Whether | is on.
  enabled: true
  nested:
    # -- Some of it.
    some: [a, b]
    # -- More of it.
    more: {}

# @section -- Pods

# -- A map with an explanation is one value.
resources:
  # Why this is so.
  limits:
    cpu: 1
# -- Nothing.
unset:
# -- After nothing.
last: x
`;

describe('the values of a chart', () => {
  const [names, pods] = readChartValues(values);

  it('are grouped in sections', () => {
    expect([names?.title, pods?.title]).toEqual(['Names', 'Pods']);
    expect(pods?.values.map(({ name }) => name)).toEqual(['resources', 'unset', 'last']);
  });

  it('have names, types and defaults', () => {
    expect(names?.values.map(({ name, type, default: value }) => [name, type, value])).toEqual([
      ['name', 'string', '""'],
      ['count', 'number', '3'],
      ['group.enabled', 'boolean', 'true'],
      ['group.nested.some', 'list', '["a","b"]'],
      ['group.nested.more', 'map', '{}'],
    ]);
    expect(pods?.values).toMatchObject([
      { type: 'map', default: '{"limits":{"cpu":1}}' },
      { type: 'unset', default: '' },
      { explanation: 'After nothing.' },
    ]);
  });

  it('have descriptions that are joined into one line', () => {
    expect(names?.values[0]?.explanation).toBe('A name.');
    expect(names?.values[1]?.explanation).toBe('How many, which takes two lines.');
    expect(pods?.values[0]?.explanation).toBe('A map with an explanation is one value.');
  });

  it('are written as a table', () => {
    expect(names && valuesTable(names)).toContain(
      '| `group.enabled` | boolean | `true` | Whether \\| is on. |',
    );
  });

  it.each([
    ['# @section -- A\na:\n  b: 1\n', 'a.b has no description; add # --'],
    ['# @section -- A\n# -- One.\na: 1\nb: {}\n', 'b has no description; add # --'],
    ['# @section -- A\n# Not for readers.\na: 1\n', 'a has no description; add # --'],
    ['# -- One.\na: 1\n', 'a is outside all sections; add # @section --'],
  ])('are refused without a description or section: %j', (yaml, message) => {
    expect(() => readChartValues(yaml)).toThrow(new Error(message));
  });
});
