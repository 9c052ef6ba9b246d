import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CertificateFiles, selfSignedCertificate, waitFor } from '#antenna/testing';

import { anAdmissionReview } from '../../test/admission-review-builder.js';
import { brokenRuleset, oneRule, unreachableRule } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';
import { RulesetAuthors } from '../history/ruleset-authors.js';
import { AdmissionServer } from './admission-server.js';

const services = new ThrottleConfigs();
let files: CertificateFiles;
let service: ThrottleConfigUnderTest;

beforeAll(async () => {
  files = await selfSignedCertificate(await services.directory(), 'first');
  service = await services.start(settings());
});

afterAll(async () => {
  await services.close();
});

function settings(): Record<string, string> {
  return {
    WEBHOOK_PORT: '0',
    WEBHOOK_TLS_CERT: files.cert,
    WEBHOOK_TLS_KEY: files.key,
    RULES_NAMESPACE: 'crashes',
  };
}

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly contentType?: string;
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly warnings?: string[];
    readonly status?: {
      code: number;
      message: string;
      details: { name: string; causes: object[] };
    };
  };
}

async function call(body: string, options: Call = {}) {
  const { method = 'POST', path = '/v1/admission', contentType = 'application/json' } = options;
  const port = service.service.app.get(AdmissionServer).port;
  const ca = await readFile(files.cert);
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    ca,
    agent: false,
    headers: { 'content-type': contentType, 'content-length': Buffer.byteLength(body) },
  });
  // The server closes the connection while it refuses a body, but still answers.
  sent.on('error', () => undefined);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const subject = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, allow: response.headers.allow, text, subject };
}

async function review(body: object): Promise<Review['response']> {
  const { status, text } = await call(JSON.stringify(body));
  const answer = JSON.parse(text) as Review;
  expect([status, answer.apiVersion, answer.kind]).toEqual([
    200,
    'admission.k8s.io/v1',
    'AdmissionReview',
  ]);
  return answer.response;
}

async function reviews(answer: string): Promise<number> {
  return await service.telemetry.value('antenna.throttle_config.admission_reviews', { answer });
}

/** Whom the history would name if this document were accepted now. */
async function userOf(document: string, request: object = {}): Promise<string | undefined> {
  await call(JSON.stringify(anAdmissionReview(document, request)));
  return service.service.app.get(RulesetAuthors).of(document);
}

describe('the admission webhook', () => {
  it('denies a broken ruleset with all its errors', async () => {
    const { uid, allowed, status } = await review(anAdmissionReview(brokenRuleset));

    expect({ uid, allowed }).toEqual({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: false,
    });
    expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(status?.message).toMatch(
      /^the throttle rules are not valid:\n {2}5:32: rule first: .*\n {2}9:13: rule second: .*$/,
    );
    expect(status?.details.name).toBe('throttle-rules');
    expect(status?.details.causes).toHaveLength(2);
    expect(await reviews('denied')).toBe(1);
  });

  it('allows a valid ruleset and returns its warnings', async () => {
    expect(await review(anAdmissionReview(oneRule('good')))).toEqual({
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      allowed: true,
    });
    const { allowed, warnings } = await review(anAdmissionReview(unreachableRule));
    expect({ allowed, warnings }).toEqual({
      allowed: true,
      warnings: [expect.stringContaining('rule never:')],
    });
  });

  it('remembers who is about to save a document, but not of dry runs and refused ones', async () => {
    expect(await userOf(oneRule('saved'))).toBe('jane');
    expect(await userOf(oneRule('tried'), { dryRun: true })).toBeUndefined();
    expect(await userOf(brokenRuleset)).toBeUndefined();
    expect(await userOf(oneRule('other'), { name: 'other' })).toBeUndefined();
  });

  it('limits the number and length of warnings as Kubernetes requires', async () => {
    const many = Array.from({ length: 50 }, (_, n) => `  - name: ${'x'.repeat(90)}${n}\n`);
    const rules = many.map((name) => `${name}    match: "true"\n    result: reject\n`);
    const { warnings = [] } = await review(anAdmissionReview(oneRule('all') + rules.join('')));

    expect(warnings).toHaveLength(15);
    expect(Math.max(...warnings.map((warning) => warning.length))).toBeLessThanOrEqual(250);
  });

  it('denies a ConfigMap without the key of the rules', async () => {
    const { allowed, status } = await review(
      anAdmissionReview('', { object: { metadata: {}, data: { 'other.yaml': '' } } }),
    );

    expect(allowed).toBe(false);
    expect(status?.message).toContain('no key ruleset.yaml');
  });

  it('allows a deletion with a warning about its effect', async () => {
    const { allowed, warnings } = await review(
      anAdmissionReview('', { operation: 'DELETE', object: null }),
    );

    expect(allowed).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('stay live')]);
  });

  it.each([
    ['another ConfigMap', { name: 'other' }],
    ['one of another namespace', { namespace: 'other' }],
    ['a Secret', { kind: { group: '', version: 'v1', kind: 'Secret' } }],
    ['a kind of another group', { kind: { group: 'x', version: 'v1', kind: 'ConfigMap' } }],
  ])('allows %s without validating it', async (_, part) => {
    const before = await reviews('ignored');
    const { allowed, warnings } = await review(anAdmissionReview(brokenRuleset, part));

    expect({ allowed, warnings }).toEqual({ allowed: true, warnings: undefined });
    expect(await reviews('ignored')).toBe(before + 1);
  });

  it.each([
    ['invalid JSON', '{', {}, 400],
    ['another kind of object', '{"kind":"Pod"}', {}, 400],
    [
      'another API version',
      '{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview"}',
      {},
      400,
    ],
    ['no request', '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}', {}, 400],
    ['the body null', 'null', {}, 400],
    ['another method', '', { method: 'GET' }, 405],
    ['another path', '{}', { path: '/' }, 404],
    ['another media type', '{}', { contentType: 'text/plain' }, 415],
    ['a body of 9 MiB', `"${'x'.repeat(9 * 1024 * 1024)}"`, {}, 413],
  ])('refuses a request with %s', async (_, body, options, status) => {
    const before = await reviews('malformed');

    expect((await call(body, options)).status).toBe(status);
    expect(await reviews('malformed')).toBe(before + 1);
  });

  it('names the method that it has', async () => {
    expect(await call('', { method: 'PUT' })).toMatchObject({ status: 405, allow: 'POST' });
  });

  it('uses a renewed certificate, and keeps the old one while the new one is invalid', async () => {
    expect((await call('{}')).subject).toBe('first');
    const old = await readFile(files.cert);
    await writeFile(files.cert, 'no certificate');
    await waitFor(() =>
      service.logger.messages.some((line) => line.startsWith('the webhook keeps its old')),
    );
    await writeFile(files.cert, old);
    expect((await call('{}')).subject).toBe('first');

    await selfSignedCertificate(await services.directory(), 'second');
    await waitFor(async () => (await call('{}')).subject === 'second');
    expect(await review(anAdmissionReview(oneRule('good')))).toMatchObject({ allowed: true });
  });
});

describe('a shutdown of the webhook', () => {
  it.each([
    ['sends nothing', false, ''],
    ['does not complete its TLS handshake', false, '\u0016\u0003\u0001\u0002\u0000\u0001'],
    ['sends nothing over TLS', true, ''],
    ['does not complete its headers', true, 'POST /v1/admission HTTP/1.1\r\nHost: a\r\n'],
  ])('does not wait for a client that %s', async (_case, overTls, bytes) => {
    const { service: stopped } = await services.start(settings());
    const { port } = stopped.app.get(AdmissionServer);
    const host = '127.0.0.1';
    const client = overTls
      ? connectTls({ port, host, rejectUnauthorized: false })
      : connect({ port, host });
    await once(client, overTls ? 'secureConnect' : 'connect');
    client.on('error', () => undefined).resume();
    client.write(bytes, 'latin1');
    const ended = once(client, 'close');

    await expect(stopped.close()).resolves.toBeUndefined();
    await ended;
  });
});

describe('the start of the webhook', () => {
  it('fails with the reason if there is no certificate', async () => {
    const missing = join(await services.directory(), 'missing.crt');

    await expect(
      services.start({ ...settings(), WEBHOOK_TLS_CERT: missing }),
    ).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(
        /admission webhook cannot start.*missing\.crt.*WEBHOOK_TLS_CERT/,
      ),
    });
  });

  it('fails with the names of the missing settings', async () => {
    await expect(services.start({ WEBHOOK_PORT: '0' })).rejects.toMatchObject({
      name: 'ConfigError',
      problems: [
        expect.stringContaining('WEBHOOK_TLS_CERT is not set'),
        expect.stringContaining('WEBHOOK_TLS_KEY is not set'),
      ],
    });
  });
});
