/**
 * k8s/terraform in OpenTofu, with the schema of the real AWS provider but not its code: names, types and blocks are
 * checked, and each plan of k8s/terraform/tests, but no call is made. `.ci/check-terraform` brings what this needs.
 */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileSync, readdirSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startProcess, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { resourceSchema } from './aws-provider-schema.js';
import { SchemaProvider } from './schema-provider.js';

// oxlint-disable-next-line no-process-env
const tools = process.env['ANTENNA_TERRAFORM'];
const describeWithTofu = tools === undefined ? describe.skip : describe;
const source = readdirSync('k8s/terraform')
  .filter((file) => file.endsWith('.tf'))
  .map((file) => readFileSync(join('k8s/terraform', file), 'utf8'))
  .join('\n');
const resources = [...source.matchAll(/^resource "(\w+)"/gm)].map(([, resource = '']) => resource);

describeWithTofu('k8s/terraform (skipped without ANTENNA_TERRAFORM)', () => {
  let directory: TemporaryDirectory;
  let provider: SchemaProvider;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    await cp('k8s', join(directory.path, 'k8s'), { recursive: true });
    await cp('charts/antenna/ci', join(directory.path, 'charts/antenna/ci'), { recursive: true });
    const bindings = join(tools ?? '', 'package/lib');
    const schemas = resources.map((name) => [name, resourceSchema(bindings, name)]);
    provider = await SchemaProvider.start(
      join(tools ?? '', 'tfplugin6.proto'),
      Object.fromEntries(schemas) as Parameters<typeof SchemaProvider.start>[1],
    );
  });
  afterAll(async () => {
    provider.close();
    await directory.remove();
  });

  async function tofu(...args: readonly string[]): Promise<string> {
    const folder = join(directory.path, 'k8s/terraform');
    const env = {
      HOME: directory.path,
      TF_CLI_ARGS: '-no-color',
      TF_CLI_CONFIG_FILE: '',
      ...provider.environment,
    };
    const running = await startProcess([`-chdir=${folder}`, ...args], {
      command: join(tools ?? '', 'tofu'),
      env,
    });
    const { code } = await running.exit;
    const output = running.lines.join('\n');
    if (code !== 0) throw new Error(output);
    return output;
  }

  it('has resources', () => {
    expect(resources.length).toBeGreaterThan(8);
  });

  it('is formatted', async () => {
    await expect(tofu('fmt', '-check', '-recursive')).resolves.not.toContain('.tf');
  });

  it('is valid', async () => {
    await tofu('init', '-backend=false');
    expect(await tofu('validate')).toContain('The configuration is valid');
  });

  it('would be refused for a name or a type that the provider does not know', async () => {
    const file = join(directory.path, 'k8s/terraform/wrong.tf');
    const queue = 'resource "aws_sqs_queue" "wrong" {\n  max_message_bytes = 1\n}\n';
    const bucket = 'resource "aws_s3_bucket_versioning" "wrong" {\n  bucket = "x"\n}\n';
    await writeFile(file, queue + bucket);
    const refusals = [
      '"max_message_bytes" is not expected here',
      'At least 1 "versioning_configuration" blocks are required',
    ];
    for (const refusal of refusals) await expect(tofu('validate')).rejects.toThrow(refusal);
    await rm(file);
  });

  it('plans what the JSON files say', async () => {
    expect(await tofu('test')).toMatch(/Success! [1-9]\d* passed, 0 failed/);
  });
});
