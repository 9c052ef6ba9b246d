import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RawExchange, waitFor } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeEach(async () => {
  ingest = await startIngestInTest({ env: { DRAIN_TIMEOUT: '0s' } });
  ingest.staging.down = () => true;
});
afterEach(async () => await ingest.close());

const report = postBody(smallBody);
const untilClosed = { untilAnswer: 'never: the server closes' };
/** Refused by its headers, before its body of 1,000 bytes arrives. */
const refused = post(['Content-Type: text/plain', 'Content-Length: 1000']);

async function spooled(): Promise<string[]> {
  return await readdir(join(ingest.spool, 'envelopes'));
}

function statusLines({ raw }: RawExchange): string[] {
  return raw.toString('latin1').match(/HTTP\/1\.1 \d+/g) ?? [];
}

describe('a report behind one that was refused before its end', () => {
  it.each<[string, (Buffer | { untilAnswer: string })[]]>([
    ['in the same packet', [Buffer.concat([refused, Buffer.alloc(1000), report])]],
    [
      'together with the rest of the refused one',
      [refused, { untilAnswer: 'wrong_content_type' }, Buffer.concat([Buffer.alloc(1000), report])],
    ],
    [
      'in parts',
      [
        refused,
        { untilAnswer: 'wrong_content_type' },
        Buffer.concat([Buffer.alloc(1000), report.subarray(0, 60)]),
        report.subarray(60),
      ],
    ],
    [
      'before others',
      [Buffer.concat([refused, Buffer.alloc(1000), ...Array.from({ length: 50 }, () => report)])],
    ],
  ])('is neither stored nor counted when it arrives %s', async (_case, steps) => {
    const { answer, outcome } = await ingest.exchange([...steps, untilClosed]);
    expect(statusLines(answer)).toEqual(['HTTP/1.1 400']);
    expect(answer.closedBy).toBe('server');
    expect(outcome).toBe('malformed wrong_content_type');
    expect(await spooled()).toEqual([]);
  });
});

describe('a report behind one whose answer closes the connection', () => {
  it('is neither stored nor counted when the service shuts down', async () => {
    const client = await ingest.hold(Buffer.alloc(0));
    // Connections are accepted in their order: this answer shows that the first is not still queued in the kernel.
    await fetch(`${ingest.service.url}/__lbheartbeat__`);
    const closed = ingest.service.close();
    client.send(Buffer.concat([report, report, report]));
    await closed;

    expect(client.received().match(/CrashID=/g)).toHaveLength(1);
    expect(client.received()).toContain('Connection: close');
    expect(await spooled()).toHaveLength(1);
  });
});

describe('reports that are pipelined', () => {
  it('are all answered, in their order, and stored', async () => {
    const bad = postBody('broken');
    const client = await ingest.hold(Buffer.concat([report, bad, report]));
    await waitFor(() => client.received().split('HTTP/1.1 200').length === 3);
    client.leave();

    expect(client.received().match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 400',
      'HTTP/1.1 200',
    ]);
    expect(await spooled()).toHaveLength(2);
    // `hold` has counted one request; the others are known here.
    ingest.expectRequests(2);
  });

  it('are all answered when there are thousands, with large bodies among them', async () => {
    const large = post(
      [contentType, 'Content-Length: 200000'],
      Buffer.concat([smallBody, Buffer.alloc(200_000 - smallBody.length)]),
    );
    const many = Array.from({ length: 1000 }, (_, n) => (n % 100 === 0 ? large : postBody('x')));
    const client = await ingest.hold(Buffer.concat(many));
    await waitFor(() => client.received().split('HTTP/1.1 ').length === 1001, {
      timeoutMs: 20_000,
    });
    client.leave();

    expect(await spooled()).toHaveLength(10);
    ingest.expectRequests(999);
  });
});
