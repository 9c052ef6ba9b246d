import { beforeEach, describe, expect, it } from '@jest/globals';

import { Circuit } from './circuit.js';

let circuit: Circuit;
let asked: number;

beforeEach(() => {
  asked = 0;
  circuit = new Circuit(async () => {
    asked += 1;
  });
});

function fail(...messages: readonly string[]): void {
  for (const message of messages) circuit.failed(message);
}

describe('the circuit', () => {
  it('opens when five in a row fail', () => {
    fail('a', 'b', 'c', 'd');
    expect(circuit.isOpen).toBe(false);
    fail('e');
    expect(circuit.isOpen).toBe(true);
  });

  it.each([
    ['one message', () => 'poisoned', 'goes on'],
    ['different messages', (n: number) => `message ${n}`, 'pauses'],
  ])('when %s fail, however often, and the services answer', async (_, name, expected) => {
    fail(...Array.from({ length: 100 }, (__, n) => name(n)));
    const stopping = new AbortController();
    const probe = circuit.untilProbe(stopping.signal).then(() => 'goes on');
    const first = await Promise.race([probe, new Promise((done) => setImmediate(done, 'pauses'))]);
    stopping.abort();
    await probe;
    expect([first, asked]).toEqual([expected, 1]);
  });

  it('begins to count anew after a success, and closes by one', () => {
    fail('a', 'b', 'c', 'd');
    circuit.succeeded();
    fail('e');
    expect(circuit.isOpen).toBe(false);
    fail('f', 'g', 'h', 'i');
    expect(circuit.isOpen).toBe(true);
    circuit.succeeded();
    expect(circuit.isOpen).toBe(false);
  });

  it('asks the services before a probe only while it is open', async () => {
    const { signal } = new AbortController();
    await circuit.untilProbe(signal);
    expect(asked).toBe(0);
    fail('a', 'b', 'c', 'd', 'e');
    await circuit.untilProbe(signal);
    expect(asked).toBe(1);
  });
});
