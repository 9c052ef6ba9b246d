import { describe, expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('resolves with the first truthy value', async () => {
    let asked = 0;
    const value = await waitFor(() => {
      asked += 1;
      return asked === 3 && `asked ${asked} times`;
    });
    expect(value).toBe('asked 3 times');
  });

  it('takes a throwing condition as not met yet', async () => {
    let asked = 0;
    const value = await waitFor(async () => {
      asked += 1;
      if (asked < 3) throw new Error('not there');
      return asked;
    });
    expect(value).toBe(3);
  });

  it('says what it waited for, and what went wrong last', async () => {
    const failure = waitFor(
      () => {
        throw new Error('still not there');
      },
      { timeoutMs: 20, describe: () => 'the file' },
    );
    await expect(failure).rejects.toMatchObject({
      message: 'waited 20 ms in vain for the file',
      cause: { message: 'still not there' },
    });
  });
});
