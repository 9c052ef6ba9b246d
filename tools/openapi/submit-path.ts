import { instruments } from '#antenna/telemetry';

const minidump = 'upload_file_minidump';

/** There must be an annotation, though not this one; rules ask for it. */
const report = {
  type: 'object',
  properties: {
    ProductName: { type: 'string', examples: ['MyGame'] },
    Version: { type: 'string', examples: ['1.2.3'] },
    [minidump]: {
      type: 'string',
      format: 'binary',
      description: 'A file; others are further dumps',
    },
  },
  additionalProperties: { type: 'string', description: 'An annotation' },
  required: ['ProductName'],
};

const reasons = instruments['antenna.ingest.malformed'].attributes.reason;
const malformed = reasons.filter((reason) => reason !== 'too_large');

export const submitPath = {
  '/submit': {
    post: {
      operationId: 'submit',
      summary: 'Submits a crash report; see docs/submission.md',
      tags: ['reports'],
      requestBody: {
        required: true,
        description:
          'Any number of parts. Content-Encoding may be gzip, x-gzip, deflate, br or zstd. A part `extra` of type application/json holds all annotations.',
        content: {
          'multipart/form-data': {
            schema: report,
            encoding: { [minidump]: { contentType: 'application/octet-stream' } },
          },
        },
      },
      // Only a report with an annotation `uuid` needs the token.
      security: [{}, { submitter: [] }],
      responses: {
        200: text(
          'Stored, or rejected by a rule',
          '^(CrashID=bp-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\n|Discarded=rule_[A-Za-z0-9_]+(\\nStopSendingReportsFor=[A-Za-z0-9.+-]{1,64}\\n)?)$',
          [
            'CrashID=bp-de1bb258-cbbf-4589-a673-34f800160918\n',
            'Discarded=rule_unsupported_product',
          ],
        ),
        400: text('Cannot be read', `^Discarded=malformed_(${malformed.join('|')})$`),
        401: text('Has a `uuid` but not the token', '^Discarded=unauthorized_uuid$'),
        408: text('Stalled or too slow'),
        413: text('Exceeds a cap', '^Discarded=malformed_too_large$'),
        431: text('Headers exceed 16 KiB'),
        503: {
          ...text('Cannot be stored now; send it again later'),
          headers: {
            'Retry-After': {
              description: 'In seconds',
              required: true,
              schema: { type: 'integer', minimum: 1 },
            },
          },
        },
      },
    },
  },
};

function text(description: string, pattern?: string, examples?: readonly string[]): object {
  const schema = {
    type: 'string',
    ...(pattern !== undefined && { pattern }),
    ...(examples && { examples }),
  };
  return { description, content: { 'text/plain': { schema } } };
}
