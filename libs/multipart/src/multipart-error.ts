/** Why a body is not multipart that can be read; the names are those of the wire contract. */
export type MultipartErrorReason =
  | 'no_content_type'
  | 'wrong_content_type'
  | 'no_boundary'
  | 'invalid_payload_structure'
  | 'too_many_parts';

/**
 * The client sent something that cannot be split. The message is for logs and quotes nothing that the
 * client sent; `reason` decides the answer.
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
