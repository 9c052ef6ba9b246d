import { describe, expect, it } from '@jest/globals';
import { awsFailure, reasonWithPermission } from './aws-failure.js';

function sdkError(name: string, httpStatusCode: number, message = 'no'): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

describe('awsFailure', () => {
  it.each([
    ['ExpiredToken', 400, 'access_denied'],
    ['AnythingElse', 403, 'access_denied'],
    ['AnythingElse', 401, 'access_denied'],
    ['RequestTimeTooSkewed', 403, 'unavailable'],
    ['NoSuchBucket', 404, undefined],
    ['InternalError', 500, undefined],
  ])('maps an error named %s with status %i to %s', (name, status, code) => {
    expect(awsFailure(sdkError(name, status))).toEqual({
      name,
      status,
      code,
      reason: `${name} (HTTP ${status}): no`,
      clockSkewCorrected: false,
    });
  });

  it.each(['Error', 'TimeoutError'])('names a connection %s by its Node code', (name) => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { name, code: 'ECONNREFUSED' });

    expect(awsFailure(error)).toEqual({
      name: 'ECONNREFUSED',
      status: undefined,
      code: undefined,
      reason: 'ECONNREFUSED: connect ECONNREFUSED',
      clockSkewCorrected: false,
    });
  });

  it('maps an exceeded deadline to timeout', () => {
    const error = new DOMException('no answer within 5 ms', 'TimeoutError');

    expect(awsFailure(error)).toMatchObject({ name: 'TimeoutError', code: 'timeout' });
  });

  it.each([
    [
      'AccessDenied',
      'Access Denied',
      'AccessDenied (HTTP 403): Access Denied (needs s3:PutObject)',
    ],
    [
      'AccessDenied',
      'x is not authorized to perform: kms:Decrypt',
      'AccessDenied (HTTP 403): x is not authorized to perform: kms:Decrypt',
    ],
    ['InvalidAccessKeyId', 'no', 'InvalidAccessKeyId (HTTP 403): no'],
  ])('adds the permission to the reason of %s unless AWS names it: %s', (name, message, reason) => {
    const failure = awsFailure(sdkError(name, 403, message));
    expect(reasonWithPermission(failure, 's3:PutObject')).toBe(reason);
  });

  it('limits the length of the reason, for any thrown value', () => {
    expect(awsFailure(sdkError('Odd', 500, 'x'.repeat(5000))).reason).toHaveLength(
      'Odd (HTTP 500): '.length + 200,
    );
    expect(awsFailure('a string').reason).toBe('Error: a string');
  });
});
