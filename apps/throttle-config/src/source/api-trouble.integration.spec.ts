import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  type RoleRule,
  type ScriptedKubernetesApi,
  startScriptedKubernetesApi,
  waitFor,
} from '#antenna/testing';

import { oneRule } from '../../test/rulesets.js';
import { throttleConfigRole } from '../../test/throttle-config-role.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';
import { CurrentRuleset } from '../ruleset/current-ruleset.js';
import { RulesetEdits } from '../ruleset/ruleset-edits.js';

const services = new ThrottleConfigs();
const name = 'throttle-rules';
let api: ScriptedKubernetesApi;
let service: ThrottleConfigUnderTest;

beforeEach(async () => {
  api = await startScriptedKubernetesApi({ namespace: 'crashes', role: throttleConfigRole() });
  await put('first');
  await api.putConfigMap(`${name}-status`, {});
  await api.putConfigMap(`${name}-history`, {});
  service = await start();
  await untilWatching();
});

afterEach(async () => {
  await services.close();
  await api.close();
});

async function put(rule: string): Promise<void> {
  await api.putConfigMap(name, { 'ruleset.yaml': oneRule(rule) });
}

function statusData(): Readonly<Record<string, string>> | undefined {
  const object = api.object(`${name}-status`) as
    | { readonly data?: Readonly<Record<string, string>> }
    | undefined;
  return object?.data;
}

async function start(env: Record<string, string> = {}): Promise<ThrottleConfigUnderTest> {
  return await services.start({
    RULES_SOURCE: 'kubernetes',
    KUBECONFIG: api.kubeconfig,
    ...env,
  });
}

async function untilWatching(): Promise<void> {
  await waitFor(() => api.watches.count === 1, { describe: 'one open watch' });
}

async function problem(): Promise<string | undefined> {
  return (await service.status()).source.problem;
}

describe('a watch', () => {
  it('continues after a bookmark, which counts as an answer', async () => {
    const { reachedAt } = (await service.status()).source;
    api.sendBookmark();
    await waitFor(async () => (await service.status()).source.reachedAt !== reachedAt);
    await put('second');

    await service.untilLive('second');
    expect(api.requests.filter((request) => request === 'watch configmaps')).toHaveLength(1);
  });

  it.each([
    ['ended by the server', () => api.watches.end()],
    ['cut', () => api.watches.cut()],
    ['closed because its version is too old', () => api.expire()],
  ])('is opened again without a warning after it is %s', async (_, trouble) => {
    trouble();
    await put('second');
    await service.untilLive('second');
    await untilWatching();
    await put('third');
    await service.untilLive('third');

    expect(await problem()).toBeUndefined();
    expect(service.logger.messages).toContain('ruleset accepted');
    expect(service.logger.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it.each([410, 403, 500, 429])('is opened again after it is refused with %i', async (status) => {
    api.refuse('watch', status);
    api.watches.cut();
    await put('second');
    await service.untilLive('second');
    const refusals = (): number =>
      api.requests.filter((request) => request.startsWith('watch')).length;
    await waitFor(() => refusals() >= 4);
    expect((await problem())?.includes(`answers ${status}`) ?? false).toBe(status !== 410);
    api.stopRefusing();
    await untilWatching();
    await put('third');
    await service.untilLive('third');

    expect(await problem()).toBeUndefined();
  });

  it('logs a refusal only at the first attempt', async () => {
    api.refuse('watch', 403);
    api.watches.cut();
    await waitFor(async () => await problem());
    const before = api.requests.length;
    await waitFor(() => api.requests.length > before + 4);

    const warnings = service.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      `the rules cannot be read: ConfigMap crashes/${name}: the API server answers 403: Forbidden`,
    ]);
  });

  it('ignores lines that are not JSON and objects without data', async () => {
    api.watches.sendRaw('{"type":"MODI\n\n"null"\n');
    api.watches.send('MODIFIED', { metadata: {} });
    await waitFor(async () => (await service.status()).refused);
    await put('second');

    await service.untilLive('second');
    expect((await service.status()).refused).toBeUndefined();
  });

  it('is opened again after any other error event', async () => {
    api.watches.send('ERROR', { code: 500, message: 'etcd is down' });
    await waitFor(() => api.requests.filter((request) => request.startsWith('watch')).length === 2);
    await put('second');

    await service.untilLive('second');
    expect(await problem()).toBeUndefined();
  });
});

describe('an error while an edit is handled', () => {
  it('does not prevent this edit or the next one if a listener throws it', async () => {
    service.service.app.get(RulesetEdits).onEdit(() => {
      throw new Error('out of order');
    });
    await put('second');
    await service.untilLive('second');
    await put('third');
    await service.untilLive('third');

    expect(service.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'a listener failed to handle an edit' }),
    );
  });

  it('causes the edit to be listed again if a watch delivered it', async () => {
    const current = service.service.app.get(CurrentRuleset);
    const apply = current.apply.bind(current);
    let failures = 1;
    current.apply = (document) => {
      failures -= 1;
      if (failures >= 0) throw new Error('out of order');
      return apply(document);
    };
    await put('second');
    await service.untilLive('second');
    await untilWatching();

    expect(failures).toBeLessThan(0);
  });
});

describe('a list', () => {
  it('is reported with the message of the API server if it is forbidden', async () => {
    api.refuse('list', 403);
    api.watches.cut();

    expect(await waitFor(async () => await problem())).toBe(
      `ConfigMap crashes/${name}: the API server answers 403: refused by the script`,
    );
    expect(await service.ruleNames()).toEqual(['first']);
    expect(await service.telemetry.value('antenna.throttle_config.source_failures')).toBe(1);
  });

  it('delays only new edits if it is slow', async () => {
    const release = api.holdLists();
    api.watches.cut();
    await put('second');
    await waitFor(() => api.requests.filter((request) => request.startsWith('list')).length === 2);
    expect(await service.ruleNames()).toEqual(['first']);
    release();

    await service.untilLive('second');
  });

  it('does not prevent the service from starting if it is never answered', async () => {
    api.holdLists();
    const other = await start();

    expect((await other.status()).live.origin).toBe('bundled');
    expect((await other.status()).source.problem).toContain('does not answer');
  });
});

describe('a ConfigMap', () => {
  it('is refused with a hint if it contains the rules as binary data', async () => {
    api.putObject(name, { binaryData: { 'ruleset.yaml': 'AAAA' } });
    const { refused } = await waitFor(async () => {
      const now = await service.status();
      return now.refused && now;
    });

    expect(refused?.errors[0]?.hint).toContain('is under binaryData');
  });

  it('is ignored if it has another name', async () => {
    await api.putConfigMap('other', { 'ruleset.yaml': oneRule('other') });
    await put('second');

    await service.untilLive('second');
    expect(service.logger.messages.filter((line) => line === 'ruleset accepted')).toHaveLength(2);
  });

  it('can contain the rules under another key', async () => {
    await api.putConfigMap(name, { mine: oneRule('mine') });
    const other = await start({ RULES_KEY: 'mine' });

    expect(await other.ruleNames()).toEqual(['mine']);
  });
});

describe('the status of the rules', () => {
  it('is in the ConfigMap that STATUS_CONFIGMAP_NAME names', async () => {
    const rights = JSON.stringify(throttleConfigRole());
    const role = JSON.parse(rights.replace(`${name}-status`, 'second-status')) as RoleRule[];
    const cluster = await startScriptedKubernetesApi({ namespace: 'crashes', role });
    try {
      await cluster.putConfigMap(name, { 'ruleset.yaml': oneRule('first') });
      await cluster.putConfigMap('second-status', {});
      await start({ KUBECONFIG: cluster.kubeconfig, STATUS_CONFIGMAP_NAME: 'second-status' });
      await waitFor(async () => (await cluster.configMapData('second-status'))?.['state']);
      expect(await cluster.configMapData('second-status')).toMatchObject({ state: 'accepted' });
    } finally {
      await cluster.close();
    }
  });
});

describe('feedback that cannot be written', () => {
  it('is counted and logged, and does not affect the rules', async () => {
    api.refuse('create', 500);
    api.refuse('get', 500);
    await put('second');
    await service.untilLive('second');
    const failed = async (target: string): Promise<number> =>
      await service.telemetry.value('antenna.throttle_config.feedback_failures', { target });
    await waitFor(async () => (await failed('event')) > 0 && (await failed('status')) > 0);

    expect(service.logger.messages).toEqual(
      expect.arrayContaining([
        'the event about an edit was not written: the API server answers 500: refused by the script',
        'the status ConfigMap was not written: the API server answers 500: refused by the script',
      ]),
    );
  });

  it('is not attempted if STATUS_CONFIGMAP is false', async () => {
    await waitFor(() => statusData()?.['state'] === 'accepted');
    await services.close();
    await api.putConfigMap(`${name}-status`, {});
    const before = api.requests.length;
    const other = await start({ STATUS_CONFIGMAP: 'false' });
    await waitFor(() => api.requests.slice(before).includes('create events'));

    expect(await other.ruleNames()).toEqual(['first']);
    await services.close();
    expect(statusData()).toEqual({});
  });
});

describe('a start without access to a cluster', () => {
  it('fails with the names of the missing settings', async () => {
    await expect(services.start({ RULES_SOURCE: 'kubernetes' })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringContaining('set KUBECONFIG, or RULES_SOURCE=file'),
    });
    await expect(start({ KUBECONFIG: '/nowhere/kubeconfig' })).rejects.toMatchObject({
      name: 'StartupError',
    });
  });
});
