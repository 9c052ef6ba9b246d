import { describe, expect, it } from '@jest/globals';

import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger } from '#antenna/testing';

import type { RulesetEdits } from '../ruleset/ruleset-edits.js';
import { type HistoryChange, HistoryStore, MemoryHistory } from './history-store.js';
import { RulesetAuthors } from './ruleset-authors.js';
import { RulesetHistory } from './ruleset-history.js';

/** Fails until it is repaired. */
class BrokenStore extends HistoryStore {
  attempts = 0;
  isBroken = true;
  private readonly memory = new MemoryHistory();

  async read() {
    return await this.memory.read();
  }

  async change(change: HistoryChange) {
    this.attempts += 1;
    if (this.isBroken) throw new Error('no space left');
    await this.memory.change(change);
  }
}

type Listener = Parameters<RulesetEdits['onEdit']>[0];

function historyOn(store: HistoryStore) {
  const listeners: Listener[] = [];
  const edits = { onEdit: (listener: Listener) => listeners.push(listener), source: { name: 'x' } };
  const history = new RulesetHistory(
    edits as unknown as RulesetEdits,
    store,
    new RulesetAuthors(),
    metricsForTests().metrics,
    recordingLogger(),
  );
  const edit = (number: number): void => {
    const live = { revision: String(number).padStart(16, '0') };
    const object = { uid: 'uid', resourceVersion: String(number) };
    const accepted = { result: 'accepted', live, document: `rules ${number}`, object };
    for (const listener of listeners) listener(accepted as unknown as Parameters<Listener>[0]);
  };
  return { history, edit };
}

describe('the history of the rules with a store that fails', () => {
  it('keeps the last edits, as many as the store would hold, and writes them together', async () => {
    const store = new BrokenStore();
    const { history, edit } = historyOn(store);
    for (let number = 0; number < 300; number += 1) edit(number);

    expect(await history.entries()).toHaveLength(200);
    expect(store.attempts).toBe(1);
    store.isBroken = false;
    edit(300);
    await history.onModuleDestroy();
    const written = await store.read();
    expect(written).toHaveLength(200);
    expect(written.at(-1)?.ruleset).toBe('rules 300');
    expect(await history.entries()).toHaveLength(200);
  });
});
