import { globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { chartSettingsFiles } from './chart-settings.js';

describe('the settings in the chart', () => {
  const files = Object.entries(chartSettingsFiles());

  it.each(files)('equal those of the services in %s (npm run docs)', (file, text) => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(text));
  });

  it('get their defaults from the services, not from literals in templates', () => {
    const templates = globSync('charts/antenna/templates/**/*').filter((file) =>
      /\.\w+$/.test(file),
    );
    const lines = templates.flatMap((file) => readFileSync(file, 'utf8').split('\n'));
    expect(lines).toContainEqual(
      expect.stringContaining('"antenna.setting" (list $ "ingest" "IDLE_TIMEOUT")'),
    );
    expect(lines).not.toEqual([]);
    expect(lines.filter((line) => /settings\)?\.[A-Z_]+ \| default/.test(line))).toEqual([]);
  });

  it('are not repeated with their numbers in comments of values.yaml', () => {
    const values = readFileSync('charts/antenna/values.yaml', 'utf8');
    expect(values).toMatch(/`[A-Z]+_[A-Z_]+`/);
    expect(values.match(/`[A-Z_]{4,}` \([^)]*\d[^)]*\)/g) ?? []).toEqual([]);
  });
});
