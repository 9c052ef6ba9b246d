import { stripVTControlCharacters, styleText } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type Logger, createLogger } from './logger.js';
import { type Colour, prettyLine } from './pretty-line.js';

const colour: Colour = (style, text) => styleText(style, text, { validateStream: false });

function written(write: (logger: Logger) => void): string {
  const lines: string[] = [];
  write(
    createLogger({
      name: 'crashmover',
      level: 'debug',
      format: 'pretty',
      destination: { write: (line) => lines.push(line) },
      now: () => new Date('2026-11-03T10:20:30.456Z'),
    }),
  );
  return lines.join('');
}

describe('the log on a terminal', () => {
  it('shows time, level, service, message and fields', () => {
    const text = written((logger) =>
      logger
        .child({ crash_id: 'abc' })
        .info('abc saved', { size: 12, tries: null, note: 'two words' }),
    );

    expect(text).toBe(
      '10:20:30.456 INFO  crashmover abc saved crash_id=abc size=12 tries=null note="two words"\n',
    );
  });

  it('puts the stack on separate lines', () => {
    const text = written((logger) => logger.error('failed', { error: new Error('no space') }));

    expect(text).toMatch(
      /^10:20:30\.456 ERROR crashmover failed error="no space" error_type=Error\n {4}Error: no space\n {4}at .*\n/,
    );
  });

  it('escapes control characters, which a terminal would execute', () => {
    const text = written((logger) =>
      logger.warn('named \u001B[2J\u0007', { name: '\u001B]0;title\u0007' }),
    );

    expect(text).toBe(
      '10:20:30.456 WARN  crashmover named \\x1b[2J\\x07 name=\\x1b]0;title\\x07\n',
    );
  });

  it('indents the second and later lines of a message', () => {
    expect(written((logger) => logger.info('first\nsecond'))).toBe(
      '10:20:30.456 INFO  crashmover first\n    second\n',
    );
  });

  it('shows the same words with and without colour', () => {
    const line = JSON.stringify({
      Timestamp: 1_793_701_230_456_000_000,
      Severity: 4,
      Type: 'antenna.ingest',
      Fields: { host_id: 'h', message: 'not ready', spool: 'full' },
    });

    const coloured = prettyLine(line, colour);
    expect(coloured).toContain('\u001B[33mWARN \u001B[39m');
    expect(stripVTControlCharacters(coloured)).toBe(
      '10:20:30.456 WARN  ingest not ready spool=full\n',
    );
  });
});
