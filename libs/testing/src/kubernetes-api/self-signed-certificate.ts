/** A certificate of our own, written byte by byte as RFC 5280 has it: Node makes keys and signatures, and no more. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a certificate and its key lie, as PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const extensionsTag = 0xa3;
/** Object identifiers, encoded. */
const ecdsaWithSha256 = '2a8648ce3d040302';
const commonNameAttribute = '550403';
const subjectAltName = '551d11';
const basicConstraints = '551d13';

/** Makes a self-signed certificate for 127.0.0.1 and localhost, valid for two days; an earlier one is overwritten. */
export async function selfSignedCertificate(
  directory: string,
  commonName: string,
): Promise<CertificateFiles> {
  const files = { cert: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(ecdsaWithSha256));
  const name = sequence(
    der(0x31, sequence(objectId(commonNameAttribute), der(0x0c, Buffer.from(commonName)))),
  );
  const content = sequence(
    der(0xa0, integer(2)),
    integer(1, ...randomBytes(8)),
    algorithm,
    name,
    sequence(utcTime(Date.now() - dayMs), utcTime(Date.now() + 2 * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      extensionsTag,
      sequence(
        extension(basicConstraints, der(0x01, Buffer.from([0xff]))),
        extension(
          subjectAltName,
          der(0x82, Buffer.from('localhost')),
          der(0x87, Buffer.from([127, 0, 0, 1])),
        ),
      ),
    ),
  );
  const certificate = sequence(content, algorithm, bitString(sign('sha256', content, privateKey)));
  await writeFile(files.key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await writeFile(files.cert, pem(certificate));
  return files;
}

function extension(id: string, ...values: readonly Buffer[]): Buffer {
  return sequence(objectId(id), der(0x04, sequence(...values)));
}

function sequence(...items: readonly Buffer[]): Buffer {
  return der(0x30, ...items);
}

function integer(...bytes: readonly number[]): Buffer {
  return der(0x02, Buffer.from(bytes));
}

function objectId(encoded: string): Buffer {
  return der(0x06, Buffer.from(encoded, 'hex'));
}

/** The first byte says how many bits of the last one do not count. */
function bitString(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

function utcTime(time: number): Buffer {
  return der(
    0x17,
    Buffer.from(`${new Date(time).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`),
  );
}

/** Tag, length and content, as X.690 has them; the length in as few bytes as it takes, or Go refuses the certificate. */
function der(tag: number, ...items: readonly Buffer[]): Buffer {
  const content = Buffer.concat(items);
  const { length } = content;
  const long = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 0x80 ? [length] : long)]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replaceAll(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}
