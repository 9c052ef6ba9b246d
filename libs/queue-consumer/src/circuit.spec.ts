import { beforeEach, describe, expect, it } from '@jest/globals';

import { Circuit } from './circuit.js';

let circuit: Circuit;
let checks: number;

beforeEach(() => {
  checks = 0;
  circuit = new Circuit(async () => {
    checks += 1;
  });
});

function fail(...messages: readonly string[]): void {
  for (const message of messages) circuit.failed(message);
}

describe('the circuit', () => {
  it('opens after five consecutive failures', () => {
    fail('a', 'b', 'c', 'd');
    expect(circuit.isOpen).toBe(false);
    fail('e');
    expect(circuit.isOpen).toBe(true);
  });

  it.each([
    ['probes at once', 'one message keeps failing', () => 'poisoned'],
    ['pauses', 'different messages keep failing', (n: number) => `message ${n}`],
  ])('%s if the backends answer and %s', async (expected, _, name) => {
    fail(...Array.from({ length: 100 }, (__, n) => name(n)));
    const stopping = new AbortController();
    const probe = circuit.untilProbe(stopping.signal).then(() => 'probes at once');
    const first = await Promise.race([probe, new Promise((done) => setImmediate(done, 'pauses'))]);
    stopping.abort();
    await probe;
    expect([first, checks]).toEqual([expected, 1]);
  });

  it('resets its count and closes after one success', () => {
    fail('a', 'b', 'c', 'd');
    circuit.succeeded();
    fail('e');
    expect(circuit.isOpen).toBe(false);
    fail('f', 'g', 'h', 'i');
    expect(circuit.isOpen).toBe(true);
    circuit.succeeded();
    expect(circuit.isOpen).toBe(false);
  });

  it('checks the backends before a probe only while it is open', async () => {
    const { signal } = new AbortController();
    await circuit.untilProbe(signal);
    expect(checks).toBe(0);
    fail('a', 'b', 'c', 'd', 'e');
    await circuit.untilProbe(signal);
    expect(checks).toBe(1);
  });
});
