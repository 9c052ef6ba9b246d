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
  it('opens when five different messages fail in a row', () => {
    fail('a', 'b', 'c', 'd');
    expect(circuit.isOpen).toBe(false);
    fail('e');
    expect(circuit.isOpen).toBe(true);
  });

  it('stays closed when one message fails, however often', () => {
    fail(...Array.from({ length: 100 }, () => 'poisoned'));
    expect(circuit.isOpen).toBe(false);
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
