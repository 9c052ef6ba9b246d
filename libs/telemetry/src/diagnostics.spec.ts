import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RecordingLogger } from '#antenna/testing';
import { logDiagnostics } from './diagnostics.js';

afterEach(() => diag.disable());

describe('diagnostics of OpenTelemetry', () => {
  it('logs each problem at most once a minute', () => {
    const logger = new RecordingLogger();
    let now = 0;
    logDiagnostics(logger, () => now);
    for (now = 0; now < 180_000; now += 5000)
      diag.error('export failed', new Error('connect ECONNREFUSED'));
    diag.warn('something else');
    diag.info('routine');

    expect(logger.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ...[1, 2, 3].map(() => [
        'warn',
        { problem: 'export failed', reason: 'connect ECONNREFUSED' },
      ]),
      ['warn', { problem: 'something else', reason: undefined }],
    ]);
  });
});
