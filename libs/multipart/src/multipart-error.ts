/** Why a body is not valid multipart, by the names of the wire contract (docs/submission.md). */
type MultipartErrorReason =
  | 'no_content_type'
  | 'wrong_content_type'
  | 'no_boundary'
  | 'invalid_payload_structure'
  | 'too_many_parts';

/**
 * The body or its Content-Type is invalid. The message is for logs and does not quote the client; `reason`
 * determines the answer.
 */
export class MultipartError extends Error {
  override readonly name = 'MultipartError';

  constructor(
    readonly reason: MultipartErrorReason,
    message: string,
  ) {
    super(message);
  }
}
