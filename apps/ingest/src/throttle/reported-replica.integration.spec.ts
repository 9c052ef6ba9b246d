import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type ScriptedServer, startScriptedServer } from '#antenna/testing';

import { ReportedReplica } from './reported-replica.js';

const id = '20261129T120000000Z-00000001';
const running = { id, revision: '0123456789abcdef', ageMs: 0, remainingMs: 60_000 };
const report = {
  instance: 'ingest-0',
  revision: running.revision,
  acceptedAt: '2026-11-29T12:00:00.000Z',
  boot: '0123456789abcdef',
  ageMs: 1,
  totals: {},
};
const { signal } = new AbortController();

let server: ScriptedServer;
let replica: ReportedReplica;

beforeEach(async () => {
  server = await startScriptedServer();
  replica = new ReportedReplica(server.url);
});
afterEach(async () => await server.stop());

function answer(shadow: unknown): void {
  server.script((response) => response.end(JSON.stringify({ shadow, later: true })));
}

describe('the answer of a replica of throttle-config', () => {
  it.each([
    ['a draft that runs', { running }],
    ['the end of a draft', { ended: 'stopped' }],
    ['both', { running, ended: 'superseded' }],
    ['no draft', {}],
    ['properties of a newer version', { running: { ...running, later: 1 }, later: 2 }],
  ])('tells of %s', async (_, shadow) => {
    answer(shadow);
    expect(await replica.report(report, signal)).toEqual(shadow);
  });

  it.each([
    ['null', null],
    ['a string', 'stopped'],
    ['a draft that is null', { running: null }],
    ['a number as the id', { running: { ...running, id: 1 } }],
    ['another id', { running: { ...running, id: '../status' } }],
    ['no revision', { running: { ...running, revision: undefined } }],
    ['a negative age', { running: { ...running, ageMs: -1 } }],
    ['a string as the rest of the time', { running: { ...running, remainingMs: '60000' } }],
    ['more than an hour', { running: { ...running, remainingMs: 3_600_001 } }],
    ['an unknown end', { ended: 'exploded' }],
  ])('says nothing about drafts if it has %s', async (_, shadow) => {
    answer(shadow);
    expect(await replica.report(report, signal)).toBeUndefined();
  });

  it.each(['null', '5', '""', '[]'])('may be %s', async (body) => {
    server.script((response) => response.end(body));
    expect(await replica.report(report, signal)).toBeUndefined();
  });

  it('is not read to the end if it is too large', async () => {
    server.script((response) => {
      const write = (): boolean => response.write(Buffer.alloc(64 * 1024, ' '));
      response.on('drain', write);
      write();
    });
    await expect(replica.report(report, signal)).rejects.toThrow('larger than the limit');
  });
});
