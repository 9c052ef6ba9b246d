import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type KubernetesApi, type KubernetesApiOptions, waitFor } from '#antenna/testing';

import type { HistoryAnswer } from '../src/api/history/history.dto.js';
import { oneRule } from './rulesets.js';
import { ThrottleConfigs, type ThrottleConfigUnderTest } from './throttle-config-under-test.js';
import { throttleConfigRole } from './throttle-config-role.js';

const rulesName = 'throttle-rules';
const historyName = 'throttle-rules-history';

/** The documents that a replica has, newest first. */
async function documents(service: ThrottleConfigUnderTest): Promise<string[]> {
  const answer = await fetch(`${service.url}/v1/history`);
  const { entries } = (await answer.json()) as HistoryAnswer;
  const texts = entries.map(async ({ revision }) => {
    const document = await fetch(`${service.url}/v1/history/${revision}/ruleset`);
    return await document.text();
  });
  return await Promise.all(texts);
}

/** The history of a ConfigMap with the rules, for several API servers. */
export function describeHistory(
  server: string,
  open: (options: KubernetesApiOptions) => Promise<KubernetesApi>,
): void {
  describe(`the history in a ConfigMap of ${server}`, () => {
    const services = new ThrottleConfigs();
    let api: KubernetesApi;

    beforeEach(async () => {
      api = await open({ namespace: 'crashes', role: throttleConfigRole() });
      await api.putConfigMap(rulesName, { 'ruleset.yaml': oneRule('first') });
    });

    afterEach(async () => {
      await services.close();
      await api.close();
    });

    async function start(): Promise<ThrottleConfigUnderTest> {
      return await services.start({ RULES_SOURCE: 'kubernetes', KUBECONFIG: api.kubeconfig });
    }

    it('has each edit once, although several replicas write it at the same time', async () => {
      await api.putConfigMap(historyName, {});
      const replicas = await Promise.all([start(), start(), start()]);
      const names = ['second', 'third', 'fourth'];
      for (const name of names) {
        await api.putConfigMap(rulesName, { 'ruleset.yaml': oneRule(name) });
        await Promise.all(replicas.map(async (replica) => await replica.untilLive(name)));
      }
      await services.close();
      const next = await start();

      const expected = [...names.toReversed(), 'first'].map((name) => oneRule(name));
      expect(await documents(next)).toEqual(expected);
    });

    it('is written as soon as its ConfigMap exists, and until then kept by the replica', async () => {
      const service = await start();
      await api.putConfigMap(rulesName, { 'ruleset.yaml': oneRule('second') });
      await service.untilLive('second');
      expect(await documents(service)).toEqual([oneRule('second'), oneRule('first')]);
      const warnings = service.logger.messages.filter((line) => line.startsWith('the history'));
      expect(warnings).toEqual([
        'the history of the rules is incomplete: there is no ConfigMap crashes/throttle-rules-history; create it: kubectl --namespace crashes create configmap throttle-rules-history',
      ]);

      await api.putConfigMap(historyName, {});
      // It records the edit that it sees; the one before can only come from the ConfigMap.
      const other = await start();
      await waitFor(async () => (await documents(other)).length === 2, { timeoutMs: 20_000 });
    });
  });
}
