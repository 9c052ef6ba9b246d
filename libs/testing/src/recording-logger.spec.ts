import { describe, expect, it } from '@jest/globals';
import { recordingLogger, silentLogger } from './recording-logger.js';

describe('recordingLogger', () => {
  it('records its lines and those of its children with inherited fields', () => {
    const logger = recordingLogger();
    const error = new Error('disk full');
    logger.info('started');
    logger.child({ crash_id: 'a' }).child({ try: 1 }).error('not saved', { error, try: 2 });
    expect(logger.lines).toEqual([
      { level: 'info', message: 'started', fields: {} },
      { level: 'error', message: 'not saved', fields: { crash_id: 'a', try: 2, error } },
    ]);
    expect(logger.messages).toEqual(['started', 'not saved']);
  });

  it('has a silent counterpart', () => {
    expect(silentLogger.child({ a: 1 })).toBe(silentLogger);
  });
});
