import { spawnSync } from 'node:child_process';
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

  it.each([
    [['--shiny'], 'unknown option or image --shiny; see --help'],
    [['ingest', 'local-aws'], 'unknown option or image local-aws; see --help'],
    [['--out'], '--out needs a value'],
    [['--engine', 'docker'], 'unknown engine docker; use podman or buildah'],
  ])('is not made with the arguments %j', (args, message) => {
    const { status, stderr } = spawnSync('bash', ['tools/release.sh', ...args]);
    expect([status, String(stderr)]).toEqual([2, `error: ${message}\n`]);
  });

  it('is preceded by a section of unreleased changes', () => {
    expect(read('CHANGELOG.md')).toMatch(/\n## Unreleased\n/);
  });
});
