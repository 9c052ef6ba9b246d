import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';

import {
  breakEvenBytes,
  costRows,
  podsAndVolumes,
  storageClasses,
  storageRow,
} from './capacity.js';

const page = readFileSync('docs/capacity.md', 'utf8');
const loads = [1, 10, 30, 100, 300, 1000, 4500];

it.each(loads)('docs/capacity.md has the pods and volumes for %d reports per second', (load) => {
  expect(page).toContain(podsAndVolumes(load));
});

it.each(storageClasses)('docs/capacity.md has what storage costs in $name', (kind) => {
  expect(page).toContain(storageRow(kind));
});

it('docs/capacity.md has the cost of 25 reports per second', () => {
  const text = /At 25 reports per second: (\S+) PUTs, (\S+) GETs and (\S+) SQS calls/.exec(page);
  const [put = 0, get = 0, sqs = 0] = (text ?? []).slice(1).map(Number);
  const rows = costRows(25, { put, get, sqs });
  expect(rows.length).toBeGreaterThan(5);
  expect(rows.filter((one) => !page.includes(one))).toEqual([]);
});

it('k8s/aws moves only the dumps that are cheaper in the colder class', () => {
  const file = readFileSync('k8s/aws/crashes-lifecycle-cold.json', 'utf8');
  const { Rules: rules } = JSON.parse(file);
  const [, moving] = rules;
  const kind = storageClasses.find(({ name }) => name === 'Glacier Instant Retrieval');
  expect(moving.Filter.And.Prefix).toBe('v1/dump/');
  expect(kind && breakEvenBytes(kind)).toBeLessThanOrEqual(moving.Filter.And.ObjectSizeGreaterThan);
  expect(moving.Transitions).toEqual([{ Days: 30, StorageClass: 'GLACIER_IR' }]);
});

it('both lifecycles of crashes expire them alike', () => {
  const [plain, cold] = ['crashes-lifecycle', 'crashes-lifecycle-cold'].map(
    (name) => JSON.parse(readFileSync(`k8s/aws/${name}.json`, 'utf8')).Rules,
  );
  expect(cold[0]).toEqual(plain[0]);
});
