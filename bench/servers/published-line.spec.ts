import { expect, it } from '@jest/globals';

import { createLogger } from '#antenna/telemetry';

import { readPublished } from './published-line.js';

const crashId = '0b4f9f0e-cbbf-4589-a673-34f800261129';

function logged(message: string): string {
  const lines: string[] = [];
  const logger = createLogger({
    name: 'crashmover',
    level: 'info',
    format: 'json',
    destination: { write: (line: string) => lines.push(line) },
    now: () => new Date(1_796_000_000_123),
  });
  logger.info(message, { crash_id: crashId });
  return lines[0] ?? '';
}

it('reads which crash is published, and when', () => {
  expect(readPublished(logged(`${crashId} published`))).toEqual({
    crashId,
    publishedAt: 1_796_000_000_123,
  });
});

it('ignores other lines', () => {
  expect(readPublished(logged(`${crashId} saved`))).toBeUndefined();
});
