export { briefAttempts, isLastAttempt, type Retries } from './attempts.js';
export { type Consumed, QueueConsumer } from './queue-consumer.js';
