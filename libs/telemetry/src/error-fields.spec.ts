import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { writtenFields } from './log-fields.js';

describe('the error fields of a log line', () => {
  it('contain message, code and type, and the stack only on request', () => {
    const error = Object.assign(new TypeError('no space'), { code: 'ENOSPC', errno: -28 });

    expect(writtenFields({ error }, 'without-stack')).toEqual({
      error: 'no space',
      error_code: 'ENOSPC',
      error_type: 'TypeError',
    });
    expect(writtenFields({ error }, 'with-stack')).toEqual({
      error: 'no space',
      error_code: 'ENOSPC',
      error_type: 'TypeError',
      stack: expect.stringContaining('error-fields.spec'),
    });
  });

  it('contain no other property of the error', () => {
    const error = Object.assign(new Error('refused'), {
      request: { headers: { authorization: 'Bearer hunter2' } },
      address: '203.0.113.9',
    });

    expect(JSON.stringify(writtenFields({ error }, 'without-stack'))).not.toMatch(
      /hunter2|203\.0\.113\.9/,
    );
  });

  it('join the messages of the causes and take the code from the first error that has one', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new Error('cannot stage', { cause: new Error('put failed', { cause: root }) });

    expect(writtenFields({ error }, 'without-stack')).toMatchObject({
      error: 'cannot stage: put failed: connect ECONNREFUSED',
      error_code: 'ECONNREFUSED',
    });
  });

  it('recognize an error from another realm', () => {
    const foreign: unknown = runInNewContext('new RangeError("from elsewhere")');

    expect(writtenFields({ error: foreign }, 'without-stack')).toEqual({
      error: 'from elsewhere',
      error_type: 'RangeError',
    });
  });

  it('contain only the message of an error under another field name', () => {
    expect(writtenFields({ reason: new Error('late') }, 'with-stack')).toEqual({ reason: 'late' });
  });
});
