import { describe, expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('resolves with the first truthy value', async () => {
    let calls = 0;
    const value = await waitFor(() => {
      calls += 1;
      return calls === 3 && `called ${calls} times`;
    });
    expect(value).toBe('called 3 times');
  });

  it('treats a condition that throws as not met', async () => {
    let calls = 0;
    const value = await waitFor(async () => {
      calls += 1;
      if (calls < 3) throw new Error('not there');
      return calls;
    });
    expect(value).toBe(3);
  });

  it('throws an error with the awaited condition and the last error as its cause', async () => {
    const failure = waitFor(
      () => {
        throw new Error('still not there');
      },
      { timeoutMs: 20, describe: () => 'the file' },
    );
    await expect(failure).rejects.toMatchObject({
      message: 'timed out after 20 ms waiting for the file',
      cause: { message: 'still not there' },
    });
  });
});
