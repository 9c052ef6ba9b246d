import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  type CertificateFiles,
  kubernetesAssets,
  type RealKubernetesApi,
  selfSignedCertificate,
  startRealKubernetesApi,
  waitFor,
} from '#antenna/testing';

import {
  applyRules,
  callsWebhook,
  registerWebhook,
  rulesName,
  type WebhookOptions,
} from '../../test/admission-webhook.js';
import { brokenRuleset, oneRule, unreachableRule } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';
import { throttleConfigRole } from '../../test/throttle-config-role.js';
import { AdmissionServer } from './admission-server.js';

const assets = kubernetesAssets();
const describeIfInstalled = assets === undefined ? describe.skip : describe;
const place = assets ?? 'skipped: no etcd and kube-apiserver in the folder of KUBEBUILDER_ASSETS';

describeIfInstalled(`the admission webhook of a real kube-apiserver (${place})`, () => {
  const services = new ThrottleConfigs();
  let api: RealKubernetesApi;
  let files: CertificateFiles;
  let service: ThrottleConfigUnderTest;

  beforeEach(async () => {
    api = await startRealKubernetesApi(assets ?? '', {
      namespace: 'crashes',
      role: throttleConfigRole(),
    });
    files = await selfSignedCertificate(await services.directory(), 'throttle-config');
    service = await services.start({
      RULES_SOURCE: 'kubernetes',
      KUBECONFIG: api.kubeconfig,
      WEBHOOK_PORT: '0',
      WEBHOOK_TLS_CERT: files.cert,
      WEBHOOK_TLS_KEY: files.key,
    });
  });

  afterEach(async () => {
    await services.close();
    await api.close();
  });

  /** A webhook that fails closed: no edit passes without its answer. */
  async function register(options: Partial<WebhookOptions> = {}): Promise<void> {
    await registerWebhook(api, {
      url: `https://127.0.0.1:${service.service.app.get(AdmissionServer).port}/v1/admission`,
      ca: await readFile(files.cert, 'utf8'),
      failurePolicy: 'Fail',
      match: 'by name',
      ...options,
    });
    await waitFor(async () => await callsWebhook(api));
  }

  it('denies a broken ruleset, new or edited, with all its errors', async () => {
    await register();
    const created = await applyRules(api, brokenRuleset);
    expect(await api.configMapData(rulesName)).toBeUndefined();
    await applyRules(api, oneRule('good'));
    const edited = await applyRules(api, brokenRuleset);

    for (const { status, body } of [created, edited]) {
      expect(status).toBe(422);
      const { reason, message, details } = JSON.parse(body);
      expect(reason).toBe('Invalid');
      expect(message).toMatch(
        /denied the request: the throttle rules are not valid:\n {2}5:32: rule first: .*\n {2}9:13: rule second: .*$/,
      );
      expect(details.causes).toEqual([
        expect.objectContaining({ message: expect.stringContaining('rule first: ') }),
        expect.objectContaining({ message: expect.stringContaining('rule second: ') }),
      ]);
    }
    expect(await api.configMapData(rulesName)).toEqual({ 'ruleset.yaml': oneRule('good') });
    await service.untilLive('good');
  });

  it('allows a valid ruleset and returns its warnings', async () => {
    await register();
    const plain = await applyRules(api, oneRule('good'));
    const warned = await applyRules(api, unreachableRule);

    expect([plain.status, plain.warnings]).toEqual([201, []]);
    expect(warned.status).toBe(200);
    expect(warned.warnings).toEqual([expect.stringMatching(/^7:11: rule never: /)]);
    await service.untilLive('everything', 'never');
  });

  it('tells the history who has edited the rules', async () => {
    await api.putConfigMap('throttle-rules-history', {});
    await register();
    await applyRules(api, oneRule('good'));
    await service.untilLive('good');

    const answer = await fetch(`${service.url}/v1/history`);
    const { entries } = (await answer.json()) as { entries: readonly { user?: string }[] };
    expect(entries.map(({ user }) => user)).toEqual([expect.stringMatching(/\w/)]);
  });

  it.each([
    ['by name', 'is not called for'],
    ['every ConfigMap', 'allows'],
  ] as const)('registered for edits "%s" %s another ConfigMap', async (match, called) => {
    await register({ match });
    const { status } = await applyRules(api, brokenRuleset, { name: 'other' });

    expect(status).toBe(201);
    expect(await api.configMapData('other')).toEqual({ 'ruleset.yaml': brokenRuleset });
    const ignored = await service.telemetry.value('antenna.throttle_config.admission_reviews', {
      answer: 'ignored',
    });
    expect(ignored > 0).toBe(called !== 'is not called for');
  });

  it('does not block an invalid edit while it is down with failurePolicy Ignore, and the live rules stay', async () => {
    await register({ failurePolicy: 'Ignore' });
    await applyRules(api, oneRule('good'));
    await service.untilLive('good');
    await service.service.app.get(AdmissionServer).onModuleDestroy();

    expect((await applyRules(api, brokenRuleset)).status).toBe(200);
    await waitFor(async () => (await service.status()).refused);
    expect(await service.ruleNames()).toEqual(['good']);
  });
});
