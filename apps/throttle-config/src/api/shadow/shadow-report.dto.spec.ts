import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';

import { aShadowReport } from '../../../test/a-shadow-report.js';
import { IsShadowReport } from './shadow-report.dto.js';

class Body {
  @IsShadowReport()
  shadow: unknown;
}

describe('IsShadowReport', () => {
  it('drops properties that are not known, at every level', () => {
    const later = { later: 'x' };
    const cost = { totalUs: 1, maxUs: 1, ...later };
    const verdicts = { accept: { accept: 1, ...later }, ...later };
    const product = { product: 'Firefox', channel: 'none', verdicts, ...later };
    const known = aShadowReport('20261129T120000000Z-00000001');
    const body = new Body();
    body.shadow = structuredClone({
      ...known,
      ...later,
      verdicts,
      products: [product],
      cost: { live: cost, draft: cost, ...later },
    });

    expect(validateSync(body)).toEqual([]);
    expect(Object.keys(body.shadow as object)).toEqual(Object.keys(known));
    expect(body.shadow).toMatchObject({ decided: known.decided, errors: known.errors });
    expect(JSON.stringify(body.shadow)).not.toContain('later');
  });
});
