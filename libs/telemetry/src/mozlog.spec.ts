import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { type LoggerOptions, createLogger } from './logger.js';

interface MozlogLine {
  readonly Timestamp: number;
  readonly Severity: number;
  readonly Fields: Record<string, unknown>;
  readonly [key: string]: unknown;
}

function loggerInto(lines: string[], options: Partial<LoggerOptions> = {}) {
  return createLogger({
    name: 'ingest',
    level: 'debug',
    format: 'json',
    destination: { write: (line) => lines.push(line) },
    now: () => new Date('2026-11-03T10:20:30.456Z'),
    ...options,
  });
}

function parsed(lines: string[]): MozlogLine[] {
  return lines.map((line) => JSON.parse(line) as MozlogLine);
}

describe('the JSON log (mozlog 2.0)', () => {
  it('writes the mozlog envelope with our fields under Fields', () => {
    const lines: string[] = [];
    loggerInto(lines).info('saved', { crash_id: 'abc', size: 12, skipped: undefined });

    expect(parsed(lines)).toEqual([
      {
        Timestamp: 1793701230456000000,
        Type: 'antenna.ingest',
        Logger: 'antenna',
        Hostname: hostname(),
        EnvVersion: '2.0',
        Severity: 6,
        Pid: process.pid,
        Fields: { host_id: hostname(), message: 'saved', crash_id: 'abc', size: 12 },
      },
    ]);
  });

  it('writes the time in nanoseconds, as digits', () => {
    const lines: string[] = [];
    loggerInto(lines).info('now');

    expect(lines[0]).toContain('"Timestamp":1793701230456000000,');
  });

  it('writes one line per event even if the message has line breaks', () => {
    const lines: string[] = [];
    loggerInto(lines).info('two\nlines', { value: 'a\r\nb' });

    expect(lines.join('').trimEnd().split('\n')).toHaveLength(1);
  });

  it('writes syslog severities and leaves out lines below the level', () => {
    const lines: string[] = [];
    const logger = loggerInto(lines, { level: 'info' });
    logger.debug('d');
    logger.info('i');
    logger.warn('w');
    logger.error('e');

    expect(parsed(lines).map((line) => line.Severity)).toEqual([6, 4, 3]);
  });

  it("adds a child's fields to each of its lines without replacing host_id and message", () => {
    const lines: string[] = [];
    loggerInto(lines).child({ crash_id: 'abc' }).child({ step: 'ship' }).info('staged', {
      message: 'forged',
      tries: 2,
    });

    expect(parsed(lines)[0]?.Fields).toEqual({
      host_id: hostname(),
      crash_id: 'abc',
      step: 'ship',
      tries: 2,
      message: 'staged',
    });
  });

  it('reports fields that cannot be written instead of failing', () => {
    const lines: string[] = [];
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const logger = loggerInto(lines);
    logger.info('circular', { circular, big: 2n ** 70n });
    logger.info('a getter that throws', {
      get broken(): string {
        throw new Error('no');
      },
    });

    const [first, second] = parsed(lines);
    expect(first?.Fields['message']).toBe('circular');
    expect(second?.Fields).toMatchObject({
      message: 'a getter that throws',
      log_problem: 'the fields could not be written: no',
    });
  });

  it('does not throw when the destination fails', () => {
    const logger = loggerInto([], {
      destination: {
        write: () => {
          throw new Error('the pipe is gone');
        },
      },
    });

    expect(() => logger.info('unheard')).not.toThrow();
  });
});
