import { afterEach, describe, expect, it } from '@jest/globals';

import {
  kubernetesAssets,
  startRealKubernetesApi,
  startScriptedKubernetesApi,
  type ScriptedKubernetesApi,
  waitFor,
} from '#antenna/testing';

import { describeHistory } from '../../test/history.contract.js';
import { oneRule } from '../../test/rulesets.js';
import { ThrottleConfigs } from '../../test/throttle-config-under-test.js';
import { throttleConfigRole } from '../../test/throttle-config-role.js';

describeHistory('a scripted API server', startScriptedKubernetesApi);

const assets = kubernetesAssets();
const describeIfInstalled = assets === undefined ? describe.skip : describe;
const place = assets ?? 'skipped: no etcd and kube-apiserver in the folder of KUBEBUILDER_ASSETS';

describeIfInstalled(`kube-apiserver and etcd (${place})`, () => {
  describeHistory(
    'a real API server',
    async (options) => await startRealKubernetesApi(assets ?? '', options),
  );
});

describe('a revision in a ConfigMap', () => {
  it('is applied again by the command that makes a draft live', async () => {
    const services = new ThrottleConfigs();
    const api = await startScriptedKubernetesApi({
      namespace: 'crashes',
      role: throttleConfigRole(),
    });
    try {
      await api.putConfigMap('throttle-rules', { 'ruleset.yaml': oneRule('first') });
      const service = await services.start({
        RULES_SOURCE: 'kubernetes',
        KUBECONFIG: api.kubeconfig,
      });
      const { revision } = (await service.status()).live;
      const answer = await fetch(`${service.url}/v1/history/${revision}`);

      const file = `ruleset-${revision}.yaml`;
      expect(await answer.json()).toMatchObject({
        goBack: {
          commands: [
            expect.stringMatching(`^curl .*/v1/history/${revision}/ruleset --output ${file}$`),
            `kubectl create configmap throttle-rules --namespace crashes --from-file=ruleset.yaml=${file} --dry-run=client -o yaml | ` +
              'kubectl apply --server-side --force-conflicts --field-manager throttle-rules -f -',
          ],
        },
      });
    } finally {
      await services.close();
      await api.close();
    }
  });
});

describe('an unreadable history in a ConfigMap', () => {
  const services = new ThrottleConfigs();
  let api: ScriptedKubernetesApi;

  afterEach(async () => {
    await services.close();
    await api.close();
  });

  it('is set aside with a warning, and the rules are live', async () => {
    api = await startScriptedKubernetesApi({ namespace: 'crashes', role: throttleConfigRole() });
    const broken = Buffer.from('no history').toString('base64');
    api.putObject('throttle-rules-history', { binaryData: { 'history.json.gz': broken } });
    await api.putConfigMap('throttle-rules', { 'ruleset.yaml': oneRule('first') });
    const { ruleNames, logger } = await services.start({
      RULES_SOURCE: 'kubernetes',
      KUBECONFIG: api.kubeconfig,
    });
    expect(await ruleNames()).toEqual(['first']);

    const stored = await waitFor(() => {
      const { binaryData } = api.object('throttle-rules-history') ?? {};
      return Object.keys(binaryData ?? {}).length === 2 && binaryData;
    });
    expect(stored).toMatchObject({ 'unreadable.json.gz': broken });
    expect(logger.messages.join('\n')).toMatch(
      /cannot be read, and will be set aside as unreadable/,
    );
  });
});
