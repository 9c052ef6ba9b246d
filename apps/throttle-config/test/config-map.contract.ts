import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type KubernetesApi, type KubernetesApiOptions, waitFor } from '#antenna/testing';

import { brokenRuleset, oneRule } from './rulesets.js';
import { ThrottleConfigs, type ThrottleConfigUnderTest } from './throttle-config-under-test.js';
import { throttleConfigRole } from './throttle-config-role.js';

const name = 'throttle-rules';

/** The behaviour of throttle-config with a ConfigMap, for several API servers. */
export function describeConfigMap(
  server: string,
  open: (options: KubernetesApiOptions) => Promise<KubernetesApi>,
): void {
  describe(`a ConfigMap of ${server}`, () => {
    const services = new ThrottleConfigs();
    let api: KubernetesApi;

    beforeEach(async () => {
      api = await open({ namespace: 'crashes', role: throttleConfigRole() });
    });

    afterEach(async () => {
      await services.close();
      await api.close();
    });

    const put = async (text: string): Promise<void> => {
      await api.putConfigMap(name, { 'ruleset.yaml': text });
    };

    async function start(env: Record<string, string> = {}): Promise<ThrottleConfigUnderTest> {
      return await services.start({
        RULES_SOURCE: 'kubernetes',
        KUBECONFIG: api.kubeconfig,
        ...env,
      });
    }

    it('is live from the start, and after every edit', async () => {
      await put(oneRule('first'));
      const service = await start();
      expect(await service.ruleNames()).toEqual(['first']);
      const { source, live } = await service.status();
      expect(source).toMatchObject({ kind: 'kubernetes', name: `ConfigMap crashes/${name}` });
      expect(live.origin).toBe('source');

      for (const rule of ['second', 'third', 'fourth']) {
        await put(oneRule(rule));
        await service.untilLive(rule);
      }
    });

    it('leaves the old rules live while it is invalid', async () => {
      await put(oneRule('first'));
      const service = await start();
      await put(brokenRuleset);
      await waitFor(async () => (await service.status()).refused);
      expect(await service.ruleNames()).toEqual(['first']);

      await api.putConfigMap(name, { 'other.yaml': oneRule('second') });
      const { refused } = await waitFor(async () => {
        const now = await service.status();
        return now.refused?.errors[0]?.message.includes('no key') === true && now;
      });
      expect(refused?.errors).toEqual([
        {
          line: 1,
          column: 1,
          message: `ConfigMap crashes/${name} has no key ruleset.yaml`,
          hint: 'its keys are: other.yaml',
        },
      ]);
      await put(oneRule('fixed'));
      await service.untilLive('fixed');
      expect((await service.status()).refused).toBeUndefined();
    });

    it('leaves the old rules live after its deletion, and takes effect when it is created again', async () => {
      await put(oneRule('first'));
      const service = await start();
      await api.deleteConfigMap(name);
      const problem = await waitFor(async () => (await service.status()).source.problem);
      expect(problem).toBe(`there is no ConfigMap crashes/${name}`);
      expect(await service.ruleNames()).toEqual(['first']);

      await put(oneRule('second'));
      await service.untilLive('second');
      await waitFor(async () => (await service.status()).source.problem === undefined);
    });

    it('takes effect if it is created after the start', async () => {
      const service = await start();
      expect((await service.status()).live.origin).toBe('bundled');

      await put(oneRule('late'));
      await service.untilLive('late');
    });

    it('takes effect after the API server was down, also at the start', async () => {
      await put(oneRule('first'));
      await api.stop();
      const service = await start();
      expect((await service.status()).source.problem).toContain('the API server does not answer');
      expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
      await api.start();
      await service.untilLive('first');

      await api.stop();
      await api.start();
      await put(oneRule('second'));
      await service.untilLive('second');
      await waitFor(async () => (await service.status()).source.problem === undefined, {
        timeoutMs: 15_000,
      });
    });

    it('gets one Event for each edit, also with several replicas', async () => {
      await put(oneRule('first'));
      const [service] = await Promise.all([start(), start()]);
      const revision = (await service.status()).live.revision;
      await put(brokenRuleset);
      await waitFor(async () => (await api.events()).length === 2);
      await waitFor(async () => (await service.status()).refused);

      const [accepted, rejected] = (await api.events()).toSorted((a, b) =>
        a.reason < b.reason ? -1 : 1,
      );
      expect(accepted).toMatchObject({
        type: 'Normal',
        reason: 'RulesetAccepted',
        message: `Revision ${revision} is live, with 1 rules.`,
        involvedObject: { kind: 'ConfigMap', name, uid: expect.any(String) },
      });
      expect(rejected).toMatchObject({ type: 'Warning', reason: 'RulesetRejected' });
      expect(rejected?.message).toMatch(
        new RegExp(`^Refused; revision ${revision} stays live. Errors: 2.\\n5:32: rule first: `),
      );
    });

    it('has a status ConfigMap for its author', async () => {
      await api.putConfigMap(`${name}-status`, { 'seen.gone': '2026-01-01T00:00:00Z' });
      await put(oneRule('first'));
      const service = await start();
      const { revision, acceptedAt } = (await service.status()).live;
      const status = async (): Promise<Readonly<Record<string, string>>> =>
        (await api.configMapData(`${name}-status`)) ?? {};
      await waitFor(async () => (await status())['state'] === 'accepted');
      expect(await status()).toMatchObject({ revision, acceptedAt, errors: '', origin: 'source' });
      expect(await status()).not.toHaveProperty(['seen.gone']);

      await fetch(`${service.url}/v1/ruleset`, {
        headers: { 'x-antenna-instance': 'ingest-0', 'x-antenna-revision': revision },
      });
      await put(brokenRuleset);
      await waitFor(async () => (await status())['state'] === 'refused');
      const { errors = '', ...rest } = await status();
      expect(errors.split('\n')).toEqual([
        expect.stringMatching(/^5:32: rule first: /),
        expect.stringMatching(/^9:13: rule second: /),
        '',
      ]);
      const instances = Object.entries(rest).find(([key]) => key.startsWith('instances.'));
      expect(instances?.[1]).toBe(`ingest-0 ${revision}\n`);
    });
  });
}
