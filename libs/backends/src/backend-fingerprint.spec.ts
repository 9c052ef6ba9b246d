import { describe, expect, it } from '@jest/globals';

import { loadConfig } from '#antenna/service';

import { IngestBackendConfig } from './backend-config.js';
import { backendFingerprint } from './backend-fingerprint.js';

const env = {
  BACKEND: 'aws',
  AWS_REGION: 'us-east-1',
  STAGING_BUCKET: 'staging',
  AWS_ACCESS_KEY_ID: 'a key id',
};

function fingerprint(changes: Readonly<Record<string, string>> = {}): string {
  const changed = { ...env, ...changes };
  return backendFingerprint(loadConfig(IngestBackendConfig, changed), changed);
}

describe('backendFingerprint', () => {
  it.each([
    ['AWS_REGION', 'eu-west-1'],
    ['S3_ENDPOINT', 'http://127.0.0.1:9000'],
    ['S3_PATH_STYLE', 'true'],
    ['SQS_ENDPOINT', 'http://127.0.0.1:9000'],
    ['STAGING_BUCKET', 'other'],
    ['STAGING_PREFIX', 'antenna/'],
    ['INTAKE_QUEUE', 'other'],
    ['AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:9000'],
    ['AWS_ACCESS_KEY_ID', 'another key id'],
    ['AWS_ROLE_ARN', 'arn:aws:iam::111122223333:role/antenna-ingest'],
  ])('changes with %s', (name, value) => {
    expect(fingerprint({ [name]: value })).not.toBe(fingerprint());
  });

  it('stays when a secret is rotated, and shows nothing of the settings', () => {
    expect(fingerprint({ AWS_SESSION_TOKEN: 'new', AWS_SECRET_ACCESS_KEY: 'new' })).toBe(
      fingerprint(),
    );
    expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the directory of the embedded backend only for that backend', () => {
    const embedded = (directory: string) =>
      fingerprint({ BACKEND: 'embedded', ANTENNA_DATA_DIR: directory });
    expect(embedded('other')).not.toBe(embedded('data'));
    expect(fingerprint({ ANTENNA_DATA_DIR: 'other' })).toBe(fingerprint());
  });
});
