import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScriptedServer, startScriptedServer } from './scripted-server.js';
import { waitFor } from './wait-for.js';

describe('startScriptedServer', () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await startScriptedServer();
  });

  afterEach(() => server.stop());

  it('answers by its script, repeats the last answer, and records the requests', async () => {
    server.script(
      (response) => void response.writeHead(503).end(),
      (response, { body }) => void response.end(`got ${body.toString()}`),
    );
    const post = (body: string): Promise<Response> =>
      fetch(`${server.url}/path`, { method: 'POST', body });
    expect((await post('one')).status).toBe(503);
    expect(await (await post('two')).text()).toBe('got two');
    expect(await (await post('three')).text()).toBe('got three');
    expect(server.requests).toMatchObject([
      { method: 'POST', url: '/path', body: Buffer.from('one') },
      { body: Buffer.from('two') },
      { body: Buffer.from('three') },
    ]);
  });

  it('stops while a request waits for its answer', async () => {
    server.script(() => undefined);
    const waiting = fetch(server.url).then(
      () => 'answered',
      () => 'cut',
    );
    await waitFor(() => server.requests.length === 1);
    await server.stop();
    expect(await waiting).toBe('cut');
    server = await startScriptedServer();
  });
});
