import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type RecordedRequest,
  type ScriptedServer,
  startScriptedServer,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { aModule, symbolText } from '../test/symbol-files.js';
import { openSymbols } from '../test/symbols-in-test.js';

const module = aModule(1, 'a lib+ä.so');
const text = symbolText(module, 20_000);

let directory: TemporaryDirectory;
let server: ScriptedServer;
let end: (() => void)[];

beforeEach(async () => {
  directory = await temporaryDirectory();
  server = await startScriptedServer();
  end = [];
});

afterEach(async () => {
  for (const close of end) close();
  await server.stop();
  await directory.remove();
});

async function open(settings: Parameters<typeof openSymbols>[2] = {}, locations = [server.url]) {
  const opened = await openSymbols(directory, locations, settings);
  end.push(() => opened.symbols.close());
  return opened;
}

describe('a symbol server', () => {
  it.each([
    ['plain', {}, text],
    ['compressed for the transport', { 'content-encoding': 'gzip' }, gzipSync(text)],
    ['compressed as a file', {}, gzipSync(text)],
    ['compressed both ways', { 'content-encoding': 'gzip' }, gzipSync(gzipSync(text))],
  ])('gives a file that is %s, and is asked once', async (_, headers, body) => {
    const { symbols, value } = await open();
    server.script((response) => response.writeHead(200, headers).end(body));
    for (const outcome of ['http', 'cache'] as const) {
      const { path = '' } = (await symbols.find(module)) ?? {};
      expect(await readFile(path, 'utf8')).toBe(text);
      expect(await value('antenna.symbols.lookups', { outcome })).toBe(1);
    }
    expect(server.requests).toHaveLength(1);
    expect(await value('antenna.symbols.fetched')).toBe(Buffer.byteLength(body));
    expect(await value('antenna.symbols.cache.size')).toBe(Buffer.byteLength(text));
  });

  it('is asked for the encoded path below its address, and only that', async () => {
    const { symbols } = await open({}, [`${server.url}/some/path/`]);
    server.script((response) => response.writeHead(404).end());
    await symbols.find(module);
    const hostile = ['../../etc/passwd', 'a?b#c%2f', '..', 'a\r\nHost: b', '..\\x'];
    for (const debugFile of hostile) await symbols.find({ ...module, debugFile });
    await symbols.find({ ...module, debugId: '../../x' });
    const { debugId } = module;
    expect(server.requests.map(({ url }) => url)).toEqual([
      `/some/path/a%20lib%2B%C3%A4.so/${debugId}/a%20lib%2B%C3%A4.so.sym`,
      `/some/path/passwd/${debugId}/passwd.sym`,
      `/some/path/a%3Fb%23c%252f/${debugId}/a%3Fb%23c%252f.sym`,
      `/some/path/x/${debugId}/x.sym`,
    ]);
    const [{ headers } = { headers: {} }] = server.requests;
    expect((headers as RecordedRequest['headers'])['user-agent']).toMatch(/^antenna\/\d/);
  });

  it('is asked once by concurrent lookups, of which one is aborted', async () => {
    const { symbols, value } = await open();
    const aborting = new AbortController();
    server.script((response) => {
      aborting.abort(new Error('enough'));
      response.end(text);
    });
    const aborted = symbols.find(module, aborting.signal);
    const others = [symbols.find(module), symbols.find(module)];
    await expect(aborted).rejects.toThrow('enough');
    for (const other of others) await expect(other).resolves.toBeDefined();
    expect(server.requests).toHaveLength(1);
    expect(await value('antenna.symbols.lookups', { outcome: 'http' })).toBe(2);
  });

  it('is not asked again for a missing file until the time is over', async () => {
    const { symbols, clock, value } = await open({ missingMs: 1000 });
    server.script((response) => response.writeHead(404).end());
    for (let count = 0; count < 3; count += 1)
      expect(await symbols.lookup(module)).toEqual({ outcome: 'missing' });
    expect(server.requests).toHaveLength(1);
    server.script((response) => response.end(text));
    clock.ms += 1001;
    expect(await symbols.find(module)).toBeDefined();
    expect(await value('antenna.symbols.lookups', { outcome: 'missing' })).toBe(3);
  });

  it('is left alone for a short time after it failed, and has no missing files then', async () => {
    const { symbols, clock, logger, value } = await open();
    server.script((response) => response.writeHead(503).end());
    for (const n of [1, 2, 3])
      expect(await symbols.lookup(aModule(n))).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(1);
    server.script((response) => response.end(text));
    clock.ms += 15_001;
    expect(await symbols.find(module)).toBeDefined();
    expect(await value('antenna.symbols.errors', { source: 'http', reason: 'unreachable' })).toBe(
      3,
    );
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]).toMatchObject({
      message: 'symbols could not be used',
      fields: { source: server.url, error: { message: 'it answered 503' } },
    });
  });

  it.each([206, 400, 403])(
    'goes on with other modules when it answers %i for one, perhaps for a name that a minidump invents',
    async (status) => {
      const { symbols, value } = await open();
      server.script((response, { url }) => {
        response.writeHead(url.startsWith('/lib1.so') ? status : 200).end(text);
      });
      for (let count = 0; count < 2; count += 1)
        expect(await symbols.lookup(aModule())).toEqual({ outcome: 'missing' });
      expect(await symbols.find(module)).toBeDefined();
      expect(server.requests).toHaveLength(2);
      expect(await value('antenna.symbols.errors', { source: 'http', reason: 'refused' })).toBe(2);
    },
  );

  it('is unavailable when it cannot be reached', async () => {
    const { symbols } = await open();
    await server.stop();
    expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
    server = await startScriptedServer();
  });

  const zeros = gzipSync(Buffer.concat([Buffer.from(text), Buffer.alloc(5_000_000)]));
  it.each([
    ['not_symbols', '<html>Welcome</html>', {}],
    ['not_symbols', '', {}],
    ['not_symbols', symbolText(aModule(2)), {}],
    ['not_symbols', gzipSync('MODULE'), {}],
    ['damaged', gzipSync(text).subarray(0, 200), {}],
    ['damaged', Buffer.concat([gzipSync(text).subarray(0, 3000), Buffer.alloc(500)]), {}],
    ['too_large', symbolText(module, 1_000_001), {}],
    ['too_large', zeros, {}],
    ['too_large', gzipSync(zeros), { 'content-encoding': 'gzip' }],
  ] as const)('has no file if it answers with what is %s', async (reason, body, headers) => {
    const { symbols, value, cacheDirectory } = await open({ maxBytes: 1_000_000 });
    server.script((response) => response.writeHead(200, headers).end(body));
    for (let count = 0; count < 2; count += 1)
      expect(await symbols.lookup(module)).toEqual({ outcome: 'missing' });
    expect(await value('antenna.symbols.errors', { source: 'http', reason })).toBe(2);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(cacheDirectory)).toEqual([]);
  });

  it.each([
    ['a broken connection', { 'content-length': String(Buffer.byteLength(text)) }],
    ['a broken chunked answer', {}],
    ['an answer without a length', { connection: 'close', 'transfer-encoding': 'identity' }],
  ])('never gives half a file after %s', async (_, headers) => {
    const { symbols, cacheDirectory } = await open();
    server.script((response) => {
      response.writeHead(200, headers);
      response.write(text.slice(0, 10_000), () => response.destroy());
    });
    expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
    expect(await readdir(cacheDirectory)).toEqual([]);
  });

  it.each(['no answer', 'half an answer'])(
    'is given up after the timeout with %s',
    async (what) => {
      const { symbols, value } = await open({ timeoutMs: 100 });
      server.script((response) => {
        if (what === 'half an answer') response.write(text.slice(0, 10_000));
      });
      expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
      expect(await value('antenna.symbols.errors', { reason: 'timeout' })).toBe(1);
    },
  );

  it('may redirect to another server', async () => {
    const other = await startScriptedServer();
    end.push(() => void other.stop());
    const { symbols } = await open();
    server.script((response) =>
      response.writeHead(302, { location: `${other.url}/elsewhere?signed=1` }).end(),
    );
    other.script((response) => response.end(text));
    expect(await symbols.find(module)).toBeDefined();
    expect(other.requests.map(({ url }) => url)).toEqual(['/elsewhere?signed=1']);
  });

  it.each(['file:///etc/passwd', 'gopher://x', 'http://user:pw@127.0.0.1/', 'http://['])(
    'must not redirect to %s',
    async (location) => {
      const { symbols } = await open();
      server.script((response) => response.writeHead(302, { location }).end());
      expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
      expect(server.requests).toHaveLength(1);
    },
  );

  it('must not redirect for ever', async () => {
    const { symbols } = await open();
    server.script((response) => response.writeHead(302, { location: '/again' }).end());
    expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
    expect(server.requests).toHaveLength(6);
  });

  it('does not delay its end by what it fetches', async () => {
    const { symbols } = await open();
    server.script(() => symbols.close());
    expect(await symbols.lookup(module)).toEqual({ outcome: 'unavailable' });
  });
});
