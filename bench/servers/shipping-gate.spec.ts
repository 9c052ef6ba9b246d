import { EventEmitter } from 'node:events';

import { beforeEach, describe, expect, it } from '@jest/globals';

import type { BlobStore } from '#antenna/blob-store';

import { ShippingGate } from './shipping-gate.js';

describe('a gate before shipping', () => {
  let parent: EventEmitter;
  let answers: string[];
  let puts: string[];
  let store: BlobStore;

  beforeEach(() => {
    answers = [];
    puts = [];
    parent = Object.assign(new EventEmitter(), { send: (word: string) => answers.push(word) });
    const staging: Partial<BlobStore> = { put: async (key) => void puts.push(key) };
    store = new ShippingGate(parent).before(staging as BlobStore);
  });

  it('lets puts pass until it holds', async () => {
    await store.put('first', Buffer.alloc(0));
    expect(puts).toEqual(['first']);
  });

  it('holds every put until the release, and reports it', async () => {
    parent.emit('message', 'hold');
    const held = ['first', 'second'].map(async (key) => await store.put(key, Buffer.alloc(0)));
    await new Promise(setImmediate);
    expect(puts).toEqual([]);

    parent.emit('message', 'release');
    await Promise.all(held);
    expect(puts).toEqual(['first', 'second']);
    expect(answers).toEqual(['hold', 'release']);
  });

  it('stays closed after a second hold', async () => {
    parent.emit('message', 'hold');
    const held = store.put('first', Buffer.alloc(0));
    parent.emit('message', 'hold');
    await new Promise(setImmediate);
    expect(puts).toEqual([]);
    parent.emit('message', 'release');
    await held;
    expect(puts).toEqual(['first']);
  });
});
