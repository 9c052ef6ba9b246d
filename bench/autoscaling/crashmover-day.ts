/** A day of crashmover behind its queue, second by second, scaled by the depth of that queue. */
import { arrivals, type DayOfLoad, type Span, warmUpSeconds, wholeDay } from './day-of-load.js';
import {
  type AutoscalerSpec,
  HorizontalPodAutoscaler,
  syncPeriodSeconds,
} from './horizontal-pod-autoscaler.js';
import { proposalForAverage } from './metric-proposals.js';
import { capacity, inWork, type MoverPod } from './mover-capacity.js';
import { PodGroup } from './pod-group.js';
import { QueueReadings } from './queue-readings.js';
import { type Random, seededRandom } from './random.js';
import type { QueueTimeline } from './timeline.js';
import { WaitingMessages } from './waiting-messages.js';

export interface QueueScaling extends AutoscalerSpec {
  /** Messages for each pod that the autoscaler aims at. */
  readonly queueLength: number;
  /** Whether messages in work count, or only those that wait. */
  readonly counts: 'waiting and in work' | 'waiting';
}

/** What does not follow from the chart. */
export interface CrashmoverSurroundings {
  readonly pod: MoverPod;
  readonly podStartSeconds: number;
  /** How old what SQS says of its depth may be. */
  readonly depthLagSeconds: number;
  /** How long KEDA keeps a reading; 0 when it asks SQS each time that the autoscaler asks. */
  readonly readingKeptSeconds: number;
  readonly seed: number;
}

export function crashmoverDay(
  load: DayOfLoad,
  scaling: QueueScaling,
  surroundings: CrashmoverSurroundings,
  { fromSeconds, toSeconds }: Span = wholeDay,
): QueueTimeline {
  const random = seededRandom(surroundings.seed);
  const autoscaler = new HorizontalPodAutoscaler(scaling);
  const pods = new PodGroup(scaling.minReplicas, surroundings.podStartSeconds);
  const queue = new MovedQueue(surroundings.pod);
  const readings = new QueueReadings(surroundings, random);
  const timeline: QueueTimeline = { rate: [], pods: [], depth: [], age: [] };
  for (let now = fromSeconds - warmUpSeconds; now < toSeconds; now += 1) {
    const { waiting, working, age } = queue.step(now, pods.working(now), load, random);
    readings.add(scaling.counts === 'waiting' ? waiting : waiting + working);
    if (now >= fromSeconds) {
      timeline.rate.push(queue.arrived);
      timeline.pods.push(pods.count);
      timeline.depth.push(waiting + working);
      timeline.age.push(age);
    }
    if (now % syncPeriodSeconds !== 0) continue;
    const wish = proposalForAverage(readings.read(now), scaling.queueLength, pods.count);
    pods.scaleTo(autoscaler.decide(now, pods.count, [wish]), now);
  }
  return timeline;
}

interface QueueState {
  readonly waiting: number;
  readonly working: number;
  /** Seconds since the oldest message was sent that is not done yet. */
  readonly age: number;
}

class MovedQueue {
  private readonly messages = new WaitingMessages();
  private readonly podCapacity: number;
  arrived = 0;

  constructor(private readonly pod: MoverPod) {
    this.podCapacity = capacity(pod);
  }

  step(now: number, pods: number, load: DayOfLoad, random: Random): QueueState {
    this.arrived = arrivals(load, now, random);
    this.messages.add(now, this.arrived);
    const moved = this.messages.take(pods * this.podCapacity);
    const waiting = this.messages.count;
    const perPod = pods === 0 ? 0 : moved / pods;
    const working = pods * (waiting > 0 ? this.pod.concurrency : inWork(this.pod, perPod));
    const handling = moved === 0 ? 0 : working / moved;
    return { waiting, working, age: this.messages.oldestAge(now + 1) + handling };
  }
}
