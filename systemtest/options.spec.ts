import { describe, expect, it } from '@jest/globals';

import { OptionError, parseOptions, type SystemtestOptions } from './options.js';

function parsed(...args: string[]): SystemtestOptions | undefined {
  return parseOptions(['--url', 'https://crashes.example.org', ...args], () => undefined);
}

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parsed()).toEqual({
      submitUrl: new URL('https://crashes.example.org/submit'),
      ingestUrl: new URL('https://crashes.example.org'),
      annotations: {},
      maxPayload: 26_214_400,
      timeoutMs: 60_000,
      busyQueue: false,
      keep: false,
      json: false,
    });
  });

  it('keeps a path of --url', () => {
    const options = parseOptions(['--url', 'http://a/b/submit?x=1'], () => undefined);

    expect(options?.submitUrl.href).toBe('http://a/b/submit?x=1');
  });

  it('accepts another address for the pages of ingest, or none', () => {
    expect(parsed('--ingest-url', 'http://ingest')?.ingestUrl).toEqual(new URL('http://ingest'));
    expect(parsed('--no-ingest-url')?.ingestUrl).toBeUndefined();
  });

  it('accepts a prefix within a bucket', () => {
    expect(parsed('--bucket', 'crashes/a/b', '--staging-bucket', 'staging')).toMatchObject({
      bucket: { bucket: 'crashes', prefix: 'a/b' },
      stagingBucket: { bucket: 'staging' },
    });
  });

  it('accepts one endpoint for S3 and SQS, or one for each', () => {
    const both = ['--endpoint', 'http://a:4566/'];
    expect(parsed(...both)).toMatchObject({
      s3Endpoint: 'http://a:4566',
      sqsEndpoint: 'http://a:4566',
    });
    expect(parsed(...both, '--sqs-endpoint', 'http://b')).toMatchObject({
      s3Endpoint: 'http://a:4566',
      sqsEndpoint: 'http://b',
    });
    expect(parsed('--s3-endpoint', 'http://b')?.sqsEndpoint).toBeUndefined();
  });

  it('reads units of sizes and durations', () => {
    expect(parsed('--timeout', '5m', '--max-payload', '8MiB')).toMatchObject({
      timeoutMs: 300_000,
      maxPayload: 8_388_608,
    });
    expect(parsed('--max-payload', '25MB')?.maxPayload).toBe(25_000_000);
    expect(parsed('--timeout', '90s', '--max-payload', '4096')).toMatchObject({
      timeoutMs: 90_000,
      maxPayload: 4096,
    });
  });

  it('collects annotations', () => {
    const options = parsed('--annotation', 'ProductName=Fenix', '--annotation', 'Notes=a=b');

    expect(options?.annotations).toEqual({ ProductName: 'Fenix', Notes: 'a=b' });
  });

  it.each([
    [['--data-dir', 'data', '--bucket', 'b']],
    [['--data-dir', 'data', '--queue', 'q']],
    [['--data-dir', 'data', '--endpoint', 'http://a']],
    [['--crashmover-url', 'crashmover:8002']],
    [['--bucket', '/prefix']],
    [['--timeout', '60']],
    [['--max-payload', '25 megabytes']],
    [['--annotation', 'ProductName']],
    [['--unknown']],
  ])('rejects %j', (args) => {
    expect(() => parsed(...args)).toThrow(OptionError);
  });

  it('prints help with --help', () => {
    let help = '';
    const options = parseOptions(['--help'], (text) => {
      help += text;
    });

    expect(options).toBeUndefined();
    expect(help).toContain('--throttle-config-url');
  });
});
