export { type Consumed, QueueConsumer } from './queue-consumer.js';
