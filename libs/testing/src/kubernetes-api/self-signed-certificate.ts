import { join } from 'node:path';

import { run } from './run-command.js';

/** Where a certificate and its key lie, as PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Makes a self-signed certificate for 127.0.0.1 and localhost with `openssl`; an earlier one is overwritten. */
export async function selfSignedCertificate(
  directory: string,
  commonName: string,
): Promise<CertificateFiles> {
  const files = { cert: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
  const subject = `/CN=${commonName} -addext subjectAltName=IP:127.0.0.1,DNS:localhost`;
  const kind = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1';
  const options = `req -x509 -nodes -days 2 ${kind} -subj ${subject}`.split(' ');
  await run('openssl', [...options, '-keyout', files.key, '-out', files.cert]);
  return files;
}
