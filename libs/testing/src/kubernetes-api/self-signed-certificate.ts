import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** The paths of the PEM files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Creates a self-signed certificate for 127.0.0.1 and localhost, valid for two days; overwrites an earlier one. */
export async function selfSignedCertificate(
  directory: string,
  commonName: string,
): Promise<CertificateFiles> {
  const files = { cert: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
  const pem = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + 2 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeFile(files.key, pem.private, { mode: 0o600 });
  await writeFile(files.cert, pem.cert);
  return files;
}
