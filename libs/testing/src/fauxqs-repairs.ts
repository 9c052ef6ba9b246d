import { setTimeout as sleep } from 'node:timers/promises';
import type { buildApp } from 'fauxqs';

type Fauxqs = ReturnType<typeof buildApp>;

/** How often a long poll looks for messages. */
const pollMs = 10;
const receive = 'AmazonSQS.ReceiveMessage';

/** Makes the stand-in do as SQS does in two points, so that one contract suite holds for both. */
export async function repair(app: Fauxqs): Promise<void> {
  await allowAllPlanes();
  forgetAbandonedPolls(app);
}

/** fauxqs takes a character beyond U+FFFF for two invalid ones; SQS allows U+10000 to U+10FFFF. */
async function allowAllPlanes(): Promise<void> {
  const types = new URL('sqs/sqsTypes.js', import.meta.resolve('fauxqs'));
  const { INVALID_MESSAGE_BODY_CHAR: invalid } = (await import(types.href)) as {
    INVALID_MESSAGE_BODY_CHAR: RegExp;
  };
  const reallyInvalid = /[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
  invalid.test = (body) => reallyInvalid.test(body);
}

/** fauxqs delivers to a long poll whose client is gone, and the message stays hidden: polls briefly instead. */
function forgetAbandonedPolls(app: Fauxqs): void {
  app.addHook('preHandler', async (request, reply) => {
    const body = request.body as { WaitTimeSeconds?: number } | undefined;
    const { 'x-amz-target': target, 'content-type': contentType, authorization } = request.headers;
    const waitSeconds = body?.WaitTimeSeconds ?? 0;
    if (target !== receive || waitSeconds === 0) {
      return;
    }
    const deadline = Date.now() + waitSeconds * 1000;
    while (!request.raw.socket.destroyed) {
      const answer = await app.inject({
        method: 'POST',
        url: '/',
        headers: { 'x-amz-target': target, 'content-type': contentType, authorization },
        payload: JSON.stringify({ ...body, WaitTimeSeconds: 0 }),
      });
      if (
        answer.body.includes('"Messages"') ||
        answer.statusCode !== 200 ||
        Date.now() > deadline
      ) {
        return reply.status(answer.statusCode).headers(answer.headers).send(answer.body);
      }
      await sleep(pollMs);
    }
  });
}
