import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { errorMessage, isError } from './error-message.js';

describe('errorMessage', () => {
  it('joins the messages of an error and its causes', () => {
    const error = new Error('cannot stage', { cause: new Error('put failed', { cause: 'full' }) });

    expect(errorMessage(error)).toBe('cannot stage: put failed: full');
  });

  it('contains a message that an error and its cause share only once', () => {
    expect(errorMessage(new Error('down', { cause: new Error('down') }))).toBe('down');
  });

  it('leaves out the message of a cause that the error quotes', () => {
    const error = new Error('cannot store a: no space left (HTTP 507)', {
      cause: new Error('no space left'),
    });

    expect(errorMessage(error)).toBe('cannot store a: no space left (HTTP 507)');
  });

  it('stops at a cycle in the chain of causes', () => {
    const first = new Error('first');
    const second = new Error('second', { cause: first });
    first.cause = second;

    expect(errorMessage(first)).toMatch(/^first: second: first/);
  });

  it('lists the errors of an AggregateError without a message, which Node throws for a refused connection', () => {
    const parts = [new Error('connect ::1'), new Error('connect 127.0.0.1')];

    expect(errorMessage(new AggregateError(parts))).toBe('connect ::1; connect 127.0.0.1');
  });

  it('recognizes an error from another realm', () => {
    const foreign: unknown = runInNewContext('new RangeError("from elsewhere")');

    expect(isError(foreign)).toBe(true);
    expect(errorMessage(foreign)).toBe('from elsewhere');
  });

  it.each([
    ['a string', 'a string'],
    [undefined, 'thrown undefined'],
    [42, 'thrown 42'],
    [{ secret: 'x' }, 'thrown [object Object]'],
    [new Error(''), 'Error'],
  ])('describes the thrown value %p', (thrown, message) => {
    expect(errorMessage(thrown)).toBe(message);
  });
});
