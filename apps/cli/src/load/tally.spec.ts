import { SubmitError } from '#antenna/crash-client';
import { describe, expect, it } from '@jest/globals';
import { outcomeOf } from './outcome.js';
import { Tally } from './tally.js';

const unavailable = (body: string) => outcomeOf({ status: 503, body }, 'malformed');
const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

describe('outcomeOf', () => {
  it.each([
    [{ status: 200, body: '', crashId }, 'accepted', '200 CrashID'],
    [{ status: 200, body: '', discarded: 'rule_x' }, 'discarded', '200 Discarded: rule_x'],
    [{ status: 400, body: '', discarded: 'malformed_x' }, 'refused', '400 malformed_x'],
    [{ status: 408, body: 'too slow' }, 'refused', '408'],
    [{ status: 503, body: 'disk full' }, 'failed', '503'],
    [{ status: 302, body: '' }, 'failed', '302'],
    [{ status: 200, body: 'hello' }, 'failed', '200 without a valid crash id'],
    [{ status: 200, body: '', crashId: 'abc' }, 'failed', '200 without a valid crash id'],
    [new SubmitError('reset', 'closed'), 'failed', 'no answer: reset'],
    [new SubmitError('timeout', 'late'), 'failed', 'no answer: timeout'],
    [new SubmitError('aborted', 'cancelled'), 'stopped', 'cancelled'],
  ])('classifies %p as %s', (answer, name, label) => {
    expect(outcomeOf(answer, 'malformed')).toMatchObject({ class: name, label });
  });

  it('counts a refusal of a well-formed report as a failure', () => {
    const answer = { status: 400, body: 'Discarded=malformed_x', discarded: 'malformed_x' };
    expect(outcomeOf(answer, 'well-formed')).toEqual({
      class: 'failed',
      label: '400 malformed_x for a well-formed report',
      detail: 'Discarded=malformed_x',
    });
  });
});

describe('the tally', () => {
  const accepted = outcomeOf({ status: 200, body: '', crashId }, 'well-formed');

  it('has percentiles of all reports and of each interval, within a thousandth', () => {
    const tally = new Tally();
    const run = (latencies: readonly number[]): void => {
      for (const latency of latencies) {
        tally.due();
        tally.started(10);
        tally.ended(accepted, latency);
      }
    };
    run(Array.from({ length: 1000 }, (_, index) => index + 1));
    const first = tally.endInterval(1);
    run([5000]);
    const second = tally.endInterval(2);
    const third = tally.endInterval(3);

    expect(first).toMatchObject({
      second: 1,
      due: 1000,
      sent: 1000,
      answered: 1000,
      accepted: 1000,
    });
    const expected = { p50: 500, p90: 900, p99: 990, p999: 999, max: 1000 };
    for (const [name, value] of Object.entries(expected)) {
      const measured = first.latency?.[name as keyof typeof expected] ?? 0;
      expect(Math.abs(measured / value - 1)).toBeLessThan(0.001);
    }
    expect(Math.round(second.latency?.p50 ?? 0)).toBeCloseTo(5000, -1);
    expect(third.latency).toBeUndefined();
    expect(Math.round(tally.latency?.max ?? 0)).toBeCloseTo(5000, -1);
  });

  it('counts outcomes by label, failures first, with up to three different examples', () => {
    const tally = new Tally();
    for (const outcome of [
      accepted,
      accepted,
      ...['a', 'a', 'b', 'c', 'd'].map(unavailable),
      accepted,
    ]) {
      tally.started(1);
      tally.ended(outcome, 1);
    }
    for (let reason = 0; reason < 100; reason += 1) {
      tally.started(1);
      tally.ended(
        outcomeOf({ status: 400, body: '', discarded: `malformed_${reason}` }, 'malformed'),
        1,
      );
    }
    expect(tally.outcomes.slice(0, 3)).toEqual([
      { class: 'failed', label: '503', count: 5, examples: ['a', 'b', 'c'] },
      { class: 'refused', label: 'other: refused', count: 52, examples: [''] },
      { class: 'accepted', label: '200 CrashID', count: 3, examples: [] },
    ]);
    expect(tally.outcomes).toHaveLength(51);
  });
});
