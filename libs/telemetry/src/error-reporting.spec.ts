import { describe, expect, it } from '@jest/globals';
import { harmless } from './error-reporting.js';

describe('an event for Sentry', () => {
  it('keeps the error type, stack location, release and host', () => {
    const frame = {
      filename: '/app/main.js',
      function: 'start',
      lineno: 7,
      colno: 3,
      in_app: true,
    };
    const event = {
      type: undefined,
      event_id: '1',
      level: 'error' as const,
      release: 'antenna@1.2.3',
      server_name: 'host',
      tags: { occasion: 'request' },
      exception: { values: [{ type: 'TypeError', value: 'no', stacktrace: { frames: [frame] } }] },
    };

    expect(harmless(event)).toEqual(event);
  });

  it('contains no request, user, breadcrumbs, contexts, extras, source code or variables', () => {
    const frame = { filename: 'a.js', vars: { url: 'secret' }, context_line: 'const secret = 1;' };
    const event = harmless({
      type: undefined,
      request: { url: 'http://host/secret', data: 'secret', headers: { cookie: 'secret' } },
      user: { ip_address: '198.51.100.7' },
      breadcrumbs: [{ message: 'secret' }],
      contexts: { trace: { trace_id: 'secret', span_id: 'secret' } },
      extra: { body: 'secret' },
      exception: { values: [{ type: 'E', value: 'v', stacktrace: { frames: [frame] } }] },
    });

    expect(JSON.stringify(event)).not.toMatch(/secret|198/);
    expect(Object.keys(event).toSorted()).toEqual(['exception', 'type']);
  });

  it.each([
    [
      `Unexpected token 'x', "xsecret" is not valid JSON`,
      `Unexpected token 'x', "…" is not valid JSON`,
    ],
    ['connect ECONNREFUSED 198.51.100.7:80', 'connect ECONNREFUSED …:80'],
    ['from 2001:db8::7', 'from …'],
    ['an unfinished "secret', 'an unfinished "…"'],
    ['the port is in use; set PORT to another', 'the port is in use; set PORT to another'],
  ])('reports the message %j as %j', (message, shown) => {
    const event = harmless({ type: undefined, exception: { values: [{ value: message }] } });

    expect(event.exception?.values?.[0]?.value).toBe(shown);
  });
});
