import { isSpanContextValid } from '@opentelemetry/api';
import { describe, expect, it } from '@jest/globals';

import { openShipSpan } from './ship-span.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const receivedAt = '2026-11-22T05:00:00.000Z';
const header = {
  crashId: '0a1b2c3d-0000-4000-8000-000000261122',
  verdict: 'accept' as const,
  receivedAt,
  traceparent: `00-${traceId}-b7ad6b7169203331-01`,
};

/** Without an SDK a span has the context of its parent, which shows the parent. */
function parentOf(secondsLater: number, carried: Partial<typeof header> = header) {
  const now = Date.parse(receivedAt) + secondsLater * 1000;
  const { crashId, verdict } = header;
  return openShipSpan({ crashId, verdict, receivedAt, ...carried }, now).span.spanContext();
}

describe('the span of shipping', () => {
  it.each([0, 59, 60])('belongs to the trace of the request %s s after the request', (seconds) => {
    expect(parentOf(seconds)).toMatchObject({ traceId });
  });

  it.each([61, 300, 86_400])('has its own trace %s s after the request', (seconds) => {
    expect(isSpanContextValid(parentOf(seconds))).toBe(false);
  });

  it('has its own trace when the request has no valid one', () => {
    expect(isSpanContextValid(parentOf(0, {}))).toBe(false);
    expect(isSpanContextValid(parentOf(0, { traceparent: 'not-a-traceparent' }))).toBe(false);
  });
});
