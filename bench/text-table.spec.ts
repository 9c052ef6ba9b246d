import { describe, expect, it } from '@jest/globals';

import { textTable } from './text-table.js';

describe('a text table', () => {
  it('aligns names to the left and figures to the right', () => {
    const table = textTable(
      ['report', '/s'],
      [
        ['plain', '1000'],
        ['compressed', '7'],
      ],
    );
    expect(table.split('\n')).toEqual([
      'report        /s',
      '----------  ----',
      'plain       1000',
      'compressed     7',
    ]);
  });

  it('shows its header when there are no rows', () => {
    expect(textTable(['a', 'b'], [])).toBe('a  b\n-  -');
  });
});
