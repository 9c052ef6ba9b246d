import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeRunningCollector } from '#antenna/backends';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { freePort, temporaryDirectory, waitFor } from '#antenna/testing';
import { parseRuleset } from '#antenna/throttle';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { runCaptured } from '../../test/run-captured.js';

const { ruleset } = parseRuleset(mozillaRuleset);

describe('antenna rules with live rules', () => {
  let server: Server;
  let url: string;
  let paths: (string | undefined)[];
  let answer: RequestListener;

  beforeEach(async () => {
    paths = [];
    answer = (_, response) => {
      const json = ruleset?.canonicalJson ?? '';
      response.setHeader('content-type', 'application/json').end(json);
    };
    server = createServer((request, response) => {
      paths.push(request.url);
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('explains the rules that throttle-config serves', async () => {
    const { code, stdout } = await runCaptured(['rules', 'explain', '--url', url]);
    expect(code).toBe(0);
    expect(paths).toEqual(['/v1/ruleset', '/v1/status']);
    expect(stdout).toMatch(
      new RegExp(`^${url}/, revision [0-9a-f]{16}\\. The rules are evaluated`),
    );
    expect(stdout).toContain('keep 10 %, reject the rest');
  });

  it('tries the rules that throttle-config serves', async () => {
    const stdin = Readable.from([Buffer.from('{"ProductName": "Other"}')]);
    const args = ['rules', 'try', '--url', url, '--annotations', '-'];
    const { stdout } = await runCaptured(args, { stdin });
    expect(stdout).toContain('verdict: reject, by rule 5 unsupported_product');
  });

  it('asks the throttle-config of the collector that runs on the data directory', async () => {
    const directory = await temporaryDirectory();
    try {
      const note = { pid: 1, submitUrl: 'http://127.0.0.1:1/submit', throttleConfigUrl: url };
      await writeRunningCollector(directory.path, note);
      const context = { dataDirectory: directory.path };
      const { code, stdout } = await runCaptured(['rules', 'explain'], context);
      expect(code).toBe(0);
      expect(stdout).toMatch(`${url}/, revision `);
    } finally {
      await directory.remove();
    }
  });

  it('gives up on an answer without an end', async () => {
    answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 ** 2, ' ')));
        response.once('drain', more);
      };
      more();
    };
    expect(await runCaptured(['rules', 'explain', '--url', url])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no throttle-config at ${url}/: the answer is larger than the limit of 16777216 bytes\n`,
    });
  });

  it('reports in one line that throttle-config does not answer', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    expect(await runCaptured(['rules', 'explain', '--url', away])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no throttle-config at ${away}/: ECONNREFUSED\n`,
    });
  });

  it.each([
    ['explain', []],
    ['try', ['--annotations', '-']],
    ['shadow', []],
    ['history', []],
  ])('names THROTTLE_CONFIG_URL if rules %s cannot use it', async (command, options) => {
    for (const value of [
      'nowhere at all',
      'throttle-config:8001',
      'ftp://example.org',
      '\x1b[1m',
    ]) {
      const environment = { THROTTLE_CONFIG_URL: value };
      expect(await runCaptured(['rules', command, ...options], { environment })).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: THROTTLE_CONFIG_URL=${value.replace('\x1b', '\\u001b')}: must be an address that begins with http:// or https://, such as http://127.0.0.1:8001\n`,
      });
    }
  });

  it('takes the address from THROTTLE_CONFIG_URL', async () => {
    const environment = { THROTTLE_CONFIG_URL: url };
    expect(await runCaptured(['rules', 'explain'], { environment })).toMatchObject({ code: 0 });
    expect(paths).toEqual(['/v1/ruleset', '/v1/status']);
  });

  it('rejects an answer that is not a ruleset', async () => {
    answer = (_, response) => response.writeHead(503).end();
    const refused = await runCaptured(['rules', 'explain', '--url', url]);
    expect(refused.stderr).toBe(`error: throttle-config at ${url}/ answers 503\n`);
    answer = (_, response) => response.end('<html>');
    const other = await runCaptured(['rules', 'explain', '--url', url]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('not valid JSON');
    expect(other.stderr).toContain(`error: the rules of ${url}/ are not valid\n`);
  });

  it('stops waiting on Ctrl-C', async () => {
    answer = () => undefined;
    const interruption = new AbortController();
    const running = runCaptured(['rules', 'explain', '--url', url], {
      interrupted: interruption.signal,
    });
    await waitFor(() => paths.length === 1);
    interruption.abort();
    expect(await running).toEqual({ code: 130, stdout: '', stderr: 'error: interrupted\n' });
  });
});
