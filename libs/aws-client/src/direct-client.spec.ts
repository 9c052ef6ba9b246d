import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { DirectClient, sampleKey } from './direct-client.js';

interface Sent {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: object;
  readonly headers: Readonly<Record<string, string>>;
}

const credentials = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' };

/** A request handler that accepts every request and keeps it. */
function recorder(body: string) {
  const sent: Sent[] = [];
  const handler = {
    handle: async (request: Sent) => {
      sent.push(request);
      return {
        response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(body)]) },
      };
    },
  };
  return { sent, handler: handler as unknown as NonNullable<S3ClientConfig['requestHandler']> };
}

/** What must be equal in the requests of the SDK and of a direct client. */
function comparable({ method, protocol, hostname, port, path, query, headers }: Sent) {
  const [, scope] = /Credential=id\/\d{8}\/(\S+),/.exec(headers['authorization'] ?? '') ?? [];
  const { host, 'user-agent': userAgent, 'x-amz-security-token': token } = headers;
  return { method, protocol, hostname, port, path, query, scope, host, userAgent, token };
}

describe('a direct client', () => {
  it.each<[string, S3ClientConfig, string]>([
    ['AWS', {}, 'crashes'],
    ['AWS with the bucket in the path', { forcePathStyle: true }, 'crashes'],
    ['a bucket with dots', {}, 'my.crashes'],
    ['the dual-stack endpoint', { useDualstackEndpoint: true }, 'crashes'],
    ['the FIPS endpoint', { useFipsEndpoint: true }, 'crashes'],
    ['another partition', { region: 'cn-north-1' }, 'crashes'],
    ['an access point', {}, 'arn:aws:s3:eu-west-1:123456789012:accesspoint/crashes'],
    ['a compatible server', { endpoint: 'https://s3.example:9000/base' }, 'crashes'],
  ])('sends the request of the SDK to %s', async (_, config, bucket) => {
    const { sent, handler } = recorder('');
    const region = 'eu-west-1';
    const client = new S3Client({ region, credentials, ...config, requestHandler: handler });
    await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'v1/dump/a=b' }));
    const sample = async () => new GetObjectCommand({ Bucket: bucket, Key: sampleKey });
    const direct = new DirectClient(client, sample, () => undefined);
    const request = {
      method: 'GET',
      key: 'v1/dump/a%3Db',
      query: { 'x-id': 'GetObject' },
    } as const;
    await direct.send(request, new AbortController().signal);
    await direct.send(request, new AbortController().signal);
    expect(sent).toHaveLength(3);
    expect(sent.slice(1).map(comparable)).toEqual(
      Array.from({ length: 2 }, () => sent[0] && comparable(sent[0])),
    );
  });

  it.each<[string, SQSClientConfig]>([
    ['AWS', {}],
    ['AWS of another region', { region: 'eu-central-1' }],
    ['a compatible server', { endpoint: 'http://127.0.0.1:9324' }],
  ])('sends the request of the SDK to SQS: %s', async (_, config) => {
    const { sent, handler } = recorder('{}');
    const region = 'eu-west-1';
    const client = new SQSClient({
      region,
      credentials,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      ...config,
      requestHandler: handler,
    });
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake';
    await client.send(new GetQueueAttributesCommand({ QueueUrl }));
    const sample = async () => new GetQueueAttributesCommand({ QueueUrl });
    const body = JSON.stringify({ QueueUrl });
    await new DirectClient(client, sample, () => undefined).call(
      { method: 'POST', body },
      new AbortController().signal,
    );
    expect(sent).toHaveLength(2);
    const [bySdk, byUs] = sent.map(comparable);
    expect(byUs).toEqual({ ...bySdk, query: {} });
  });

  it('makes its sample again after a failure, and renews expired credentials', async () => {
    const { sent, handler } = recorder('');
    let count = 0;
    const client = new S3Client({
      region: 'eu-west-1',
      requestHandler: handler,
      credentials: async () => {
        count += 1;
        if (count === 1) throw new Error('no credentials yet');
        return { ...credentials, accessKeyId: `id-${count}`, expiration: new Date(0) };
      },
    });
    const input = { Bucket: 'crashes', Key: sampleKey };
    const direct = new DirectClient(
      client,
      async () => new GetObjectCommand(input),
      () => undefined,
    );
    const send = () => direct.send({ method: 'GET', key: 'a' }, new AbortController().signal);
    await expect(send()).rejects.toThrow('no credentials yet');
    await send();
    await send();
    const keys = sent.map(
      ({ headers }) => /Credential=(id-\d+)/.exec(headers['authorization'] ?? '')?.[1],
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });
});
