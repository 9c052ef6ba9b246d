import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '#antenna/telemetry';
import { recordingLogger, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ProcessorConfig } from '../processor.config.js';
import { SignatureListsService } from './signature-lists.service.js';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(() => directory.remove());

async function start(signatureListsFile: string): Promise<void> {
  const config = Object.assign(new ProcessorConfig(), { signatureListsFile });
  const metrics = { observe: () => undefined } as unknown as Metrics;
  await new SignatureListsService(config, recordingLogger(), metrics).onModuleInit();
}

it('does not read a device, which has no end', async () => {
  await expect(start('/dev/zero')).rejects.toThrow(
    'SIGNATURE_LISTS_FILE: /dev/zero cannot be used: it is not a regular file; name one',
  );
});

it('does not read a file above the limit', async () => {
  const file = join(directory.path, 'lists.yaml');
  const handle = await open(file, 'w');
  // Sparse: it takes no space.
  await handle.truncate(10 * 1024 ** 3);
  await handle.close();
  await expect(start(file)).rejects.toThrow(
    `${file} cannot be used: the lists are 10737418240 bytes; the limit is 262144 (combine patterns)`,
  );
});
