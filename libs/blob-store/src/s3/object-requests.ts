import type { Readable } from 'node:stream';
import type { DirectRequest } from '#antenna/aws-client';
import type { UploadBody } from './object-body.js';

/** The object that `check()` writes or reads; no listing has it. */
export const healthObject = {
  key: 'health/antenna-writable',
  body: 'antenna can write here\n',
} as const;

/**
 * @param body as opened for this attempt
 * @param ifMatch the ETag that the object must have
 */
export function putRequest(
  objectKey: string,
  { size, crc32 }: UploadBody,
  body: Buffer | Readable,
  ifMatch?: string,
): DirectRequest {
  return {
    ...objectRequest('PUT', 'PutObject', objectKey),
    headers: {
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      'content-length': String(size),
      'content-type': 'application/octet-stream',
      'x-amz-checksum-crc32': crc32,
      // Saves the SHA-256 of the body: S3 verifies its CRC32, which is in a signed header.
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    },
    body,
  };
}

export function getRequest(objectKey: string, checksum: 'with' | 'without'): DirectRequest {
  const request = objectRequest('GET', 'GetObject', objectKey);
  return checksum === 'with'
    ? { ...request, headers: { 'x-amz-checksum-mode': 'ENABLED' } }
    : request;
}

export function headRequest(objectKey: string): DirectRequest {
  return objectRequest('HEAD', 'HeadObject', objectKey);
}

/** @param versionId a version to delete for good, instead of the object */
export function deleteRequest(objectKey: string, versionId?: string): DirectRequest {
  const request = objectRequest('DELETE', 'DeleteObject', objectKey);
  return versionId === undefined ? request : { ...request, query: { ...request.query, versionId } };
}

function objectRequest(
  method: DirectRequest['method'],
  operation: string,
  objectKey: string,
): DirectRequest {
  // Of the characters in valid keys, only this one is encoded in a signed path.
  return { method, key: objectKey.replaceAll('=', '%3D'), query: { 'x-id': operation } };
}
