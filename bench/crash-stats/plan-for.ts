/** What a cluster of OpenSearch needs, from what a crash costs in it. */
const GiB = 2 ** 30;
const secondsOfWeek = 7 * 86_400;

/** Of one crash, measured by `npm run bench -- crash-stats`. */
export interface CrashCost {
  /** In the index, without replicas. */
  readonly bytes: number;
  readonly cpuMs: number;
}

export interface ClusterPlan {
  readonly crashes: number;
  /** Weekly, and the one that expires next. */
  readonly indices: number;
  readonly shardsOfIndex: number;
  /** With a replica of each. */
  readonly shards: number;
  readonly shardGiB: number;
  /** Of all nodes: with replicas, and 15 percent that OpenSearch leaves free. */
  readonly diskGiB: number;
  /** Of each of the three nodes: 20 shards for each GiB of heap, and as much again for the page cache. */
  readonly heapGiB: number;
  readonly memoryGiB: number;
  /** Of all nodes, to index; a replica indexes, too. */
  readonly indexingCpus: number;
}

/** OpenSearch advises 10 to 50 GiB, and the lower half for searches. */
const largestShard = 30 * GiB;
const copies = 2;
const nodes = 3;

export function planFor(perSecond: number, days: number, cost: CrashCost): ClusterPlan {
  const indices = Math.ceil(days / 7) + 1;
  const indexBytes = perSecond * secondsOfWeek * cost.bytes;
  const shardsOfIndex = Math.ceil(indexBytes / largestShard);
  const shards = indices * shardsOfIndex * copies;
  const heapGiB = Math.max(4, Math.ceil(shards / nodes / 20));
  return {
    crashes: perSecond * 86_400 * days,
    indices,
    shardsOfIndex,
    shards,
    shardGiB: indexBytes / shardsOfIndex / GiB,
    diskGiB: (indices * indexBytes * copies) / 0.85 / GiB,
    heapGiB,
    memoryGiB: heapGiB * 2,
    indexingCpus: (perSecond * copies * cost.cpuMs) / 1000,
  };
}

/** The plan in words, as docs/capacity.md has it. */
export function planWords(plan: ClusterPlan): string {
  const { crashes, indices, shardsOfIndex, shards, shardGiB, diskGiB, memoryGiB } = plan;
  return [
    `${Math.round(crashes / 1e6)} million crashes`,
    `${indices} weekly indices, ${shardsOfIndex} shard each with a replica: ${shards} shards of ${shardGiB.toFixed(1)} GiB`,
    `${nodes} nodes of ${memoryGiB} GiB of memory, half of it heap`,
    `${Math.ceil(diskGiB / nodes)} GiB of disk each`,
    `${plan.indexingCpus.toFixed(2)} cores in all to index`,
  ].join('; ');
}
