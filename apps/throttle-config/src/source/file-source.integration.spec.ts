import { mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';

import { brokenRuleset, oneRule } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
let file: string;
let service: ThrottleConfigUnderTest;

beforeEach(async () => {
  file = await services.rulesFile(oneRule('first'));
  service = await services.start({ RULES_FILE: file });
});

afterEach(async () => {
  await services.close();
});

async function untilRefused(): Promise<void> {
  await waitFor(async () => (await service.status()).refused);
}

describe('a rules file', () => {
  it('takes effect each time it is replaced by a rename', async () => {
    for (const name of ['second', 'third', 'fourth']) {
      await services.rulesFile(oneRule(name));
      await service.untilLive(name);
      expect((await service.status()).source.problem).toBeUndefined();
    }
  });

  it('takes effect each time it is written in place', async () => {
    await writeFile(file, oneRule('second'));
    await service.untilLive('second');
    await writeFile(file, oneRule('third'));
    await service.untilLive('third');
    expect((await service.status()).refused).toBeUndefined();
  });

  it('leaves the old rules live while it is half-written, and takes effect when it is complete', async () => {
    const text = oneRule('second');
    await writeFile(file, text.slice(0, -10));
    await untilRefused();
    expect(await service.ruleNames()).toEqual(['first']);

    const editor = await open(file, 'a');
    await editor.write(text.slice(-10));
    await editor.close();
    await service.untilLive('second');
    expect((await service.status()).refused).toBeUndefined();
  });

  it('is refused if it is empty', async () => {
    await writeFile(file, '');
    await untilRefused();

    expect(await service.ruleNames()).toEqual(['first']);
  });

  it('takes effect after it, or its directory, was deleted and created again', async () => {
    await rm(file);
    await waitFor(async () => (await service.status()).source.problem);
    expect(await service.ruleNames()).toEqual(['first']);
    await writeFile(file, oneRule('second'));
    await service.untilLive('second');
    expect((await service.status()).source.problem).toBeUndefined();

    await rm(dirname(file), { recursive: true });
    await waitFor(async () => (await service.status()).source.problem);
    await mkdir(dirname(file));
    await writeFile(file, oneRule('third'));
    await service.untilLive('third');
    await writeFile(file, oneRule('fourth'));
    await service.untilLive('fourth');
  });

  it('is refused with an error if it is too large', async () => {
    await writeFile(file, '#'.repeat(3_000_000));
    await untilRefused();

    const { refused } = await service.status();
    expect(refused?.errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('the limit is 262144') }),
    ]);
  });

  it('is reported as a problem if it is a directory', async () => {
    await rm(file);
    await mkdir(file);
    const { problem } = await waitFor(async () => {
      const { source } = await service.status();
      return source.problem?.includes('directory') === true && source;
    });

    expect(problem).toBe(`${file} is a directory; set RULES_FILE to a file`);
  });
});

/** Files of a mounted ConfigMap are links into `..data`, which is swapped as a whole. */
async function mountVersion(volume: string, version: string, text: string): Promise<void> {
  await mkdir(join(volume, version));
  await writeFile(join(volume, version, 'ruleset.yaml'), text);
  await symlink(version, join(volume, '..data_tmp'));
  await rename(join(volume, '..data_tmp'), join(volume, '..data'));
}

describe('a rules file that kubelet mounts', () => {
  it('takes effect when kubelet swaps its link', async () => {
    const volume = join(await services.directory(), 'volume');
    await mkdir(volume);
    await mountVersion(volume, '..2026_01', oneRule('mounted'));
    await symlink(join('..data', 'ruleset.yaml'), join(volume, 'ruleset.yaml'));
    const mounted = await services.start({ RULES_FILE: join(volume, 'ruleset.yaml') });
    expect(await mounted.ruleNames()).toEqual(['mounted']);

    await mountVersion(volume, '..2026_02', oneRule('swapped'));
    await rm(join(volume, '..2026_01'), { recursive: true });
    await mounted.untilLive('swapped');
    await mountVersion(volume, '..2026_03', brokenRuleset);
    await waitFor(async () => (await mounted.status()).refused);
    expect(await mounted.ruleNames()).toEqual(['swapped']);
  });
});
