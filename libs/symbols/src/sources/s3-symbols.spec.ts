import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsStandIns, startAwsStandIns, temporaryDirectory } from '#antenna/testing';
import { aModule } from '../../test/symbol-files.js';
import { openSymbols } from '../../test/symbols-in-test.js';
import { openStore } from './open-source.js';
import type { S3Access } from './symbol-source.js';
import { symbolStoreContract } from './symbol-store.contract.js';

describe('a bucket', () => {
  let s3: AwsStandIns;
  let access: S3Access;
  beforeAll(async () => {
    s3 = await startAwsStandIns({ buckets: ['symbols'] });
    const { region, endpoint, credentials } = s3.connection;
    access = { region, s3Endpoint: endpoint, s3PathStyle: true, credentials };
  }, 60_000);
  afterAll(() => s3.stop());

  describe.each(['s3://symbols', 's3://symbols/a/prefix/'])('%s', (location) => {
    symbolStoreContract(async () => ({ location, s3: access }));
  });

  it('that does not exist has no missing files', async () => {
    const directory = await temporaryDirectory();
    const { symbols, logger } = await openSymbols(directory, ['s3://other'], {}, access);
    expect(await symbols.lookup(aModule())).toEqual({ outcome: 'unavailable' });
    expect(logger.lines[0]?.fields['error']).toMatchObject({
      message: expect.stringContaining('NoSuchBucket'),
    });
    symbols.close();
    await directory.remove();
  });

  it('requires a region', async () => {
    const opened = openStore('s3://symbols', { ...access, region: undefined });
    await expect(opened).rejects.toThrow('s3://symbols requires AWS_REGION, which is not set');
  });
});
