import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '../temporary-directory.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

describe('a self-signed certificate', () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(async () => await directory.remove());

  it('is valid for the loopback address at the current time and signed by its own key', async () => {
    const files = await selfSignedCertificate(directory.path, 'somebody');
    const certificate = new X509Certificate(await readFile(files.cert));
    const key = createPrivateKey(await readFile(files.key));

    expect(certificate.subject).toBe('CN=somebody');
    expect(certificate.issuer).toBe('CN=somebody');
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.ca).toBe(true);
    expect(certificate.checkPrivateKey(key)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now());
    expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now());
    const lengthWithLeadingZero = Buffer.from([0x30, 0x82, 0x00]);
    expect(certificate.raw.includes(lengthWithLeadingZero)).toBe(false);
  });

  it('replaces an earlier certificate and its key', async () => {
    const { cert } = await selfSignedCertificate(directory.path, 'first');
    const first = new X509Certificate(await readFile(cert));
    await selfSignedCertificate(directory.path, 'second');
    const second = new X509Certificate(await readFile(cert));

    expect(second.subject).toBe('CN=second');
    expect(second.fingerprint256).not.toBe(first.fingerprint256);
    expect(second.serialNumber).not.toBe(first.serialNumber);
  });
});
