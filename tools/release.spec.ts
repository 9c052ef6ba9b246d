import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe('a release', () => {
  it('has the same version in package.json, the chart, the compose file and the changelog', () => {
    const { version } = JSON.parse(read('package.json'));
    const newest = /^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$/m.exec(read('CHANGELOG.md'));
    expect(newest?.[1]).toBe(version);
    expect(parse(read('charts/antenna/Chart.yaml'))).toMatchObject({
      version,
      appVersion: version,
    });
    expect(parse(read('single-machine/compose.yaml')).services.antenna.image).toContain(
      `antenna-standalone:${version}`,
    );
  });

  it('is preceded by a section of unreleased changes', () => {
    expect(read('CHANGELOG.md')).toMatch(/\n## Unreleased\n/);
  });
});
