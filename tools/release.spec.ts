import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const text = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('a release', () => {
  it('has one version in package.json, the chart and the changelog', () => {
    const { version } = JSON.parse(text('package.json'));
    const newest = /^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$/m.exec(text('CHANGELOG.md'));
    expect(newest?.[1]).toBe(version);
    expect(parse(text('charts/antenna/Chart.yaml'))).toMatchObject({
      version,
      appVersion: version,
    });
  });

  it('is prepared in a section of unreleased changes', () => {
    expect(text('CHANGELOG.md')).toMatch(/\n## Unreleased\n/);
  });
});
