import { PassThrough } from 'node:stream';

import { describe, expect, it, jest } from '@jest/globals';

import { Linger } from './linger.js';

const limits = { lingerBytes: 100, lingerTimeoutMs: 10_000, lingerIdleMs: 1000 };

function started(): { linger: Linger; isOver: () => Promise<boolean> } {
  const linger = new Linger(limits);
  const over = linger.done.then(() => true);
  return { linger, isOver: async () => await Promise.race([over, turnOfTheLoop()]) };
}

async function turnOfTheLoop(): Promise<boolean> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return false;
}

describe('Linger', () => {
  it('ends after more bytes than the limit', async () => {
    const { linger, isOver } = started();
    linger.countDropped(100);
    expect(await isOver()).toBe(false);
    linger.countDropped(1);
    expect(await isOver()).toBe(true);
  });

  it('ends after the idle time without a byte', async () => {
    jest.useFakeTimers();
    try {
      const { linger, isOver } = started();
      jest.advanceTimersByTime(900);
      linger.countDropped(1);
      jest.advanceTimersByTime(900);
      expect(await isOver()).toBe(false);
      jest.advanceTimersByTime(100);
      expect(await isOver()).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends after the timeout even if bytes keep arriving', async () => {
    jest.useFakeTimers();
    try {
      const { linger, isOver } = started();
      for (let n = 0; n < 19; n += 1) {
        jest.advanceTimersByTime(500);
        linger.countDropped(1);
      }
      expect(await isOver()).toBe(false);
      jest.advanceTimersByTime(500);
      expect(await isOver()).toBe(true);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends after a limited number of chunks, however small they are', async () => {
    const linger = new Linger({ ...limits, lingerBytes: 100 * 4096 });
    const body = new PassThrough();
    linger.drop(body);
    let received = 0;
    body.on('data', () => (received += 1));
    void linger.done.then(() => body.destroy());
    for (let sent = 0; sent < 1000 && !body.destroyed; sent += 1) {
      body.write('x');
      await turnOfTheLoop();
    }
    expect(received).toBe(101);
  });

  it('ends at once when end() is called', async () => {
    const { linger, isOver } = started();
    linger.end();
    linger.end();
    expect(await isOver()).toBe(true);
  });
});
