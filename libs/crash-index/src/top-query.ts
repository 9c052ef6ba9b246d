import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  shownVersions,
  type TopQuery,
  type TopSignature,
  type TopSignatures,
} from './top-signatures.js';

const filterColumns = ['product', 'version', 'channel', 'process'] as const;

/** Memory depends on the limit and the buckets, never on the number of crashes or on what clients sent. */
export function topSignatures(database: DatabaseSync, query: TopQuery): TopSignatures {
  const { where, values } = conditionOf(query);
  const rows = database
    .prepare(
      `SELECT signature, count(*) AS n, min(submitted_at) AS first, max(submitted_at) AS last,
              sum(count(*)) OVER () AS crashes, count(*) OVER () AS signatures
       FROM crash WHERE ${where} GROUP BY signature ORDER BY n DESC, signature LIMIT ?`,
    )
    .all(...values, query.limit);
  const names = rows.map(({ signature }) => String(signature));
  const ofThese = `${where} AND signature IN (${marks(names)})`;
  const buckets = bucketsOf(database, query, { where: ofThese, values: [...values, ...names] });
  const versions = versionsOf(database, { where: ofThese, values: [...values, ...names] });
  return {
    crashes: Number(rows[0]?.['crashes'] ?? 0),
    signatureCount: Number(rows[0]?.['signatures'] ?? 0),
    signatures: rows.map(({ n, first, last }, index) => {
      const signature = names[index] ?? '';
      return {
        signature,
        count: Number(n),
        firstSeen: Number(first),
        lastSeen: Number(last),
        versions: versions.get(signature)?.versions ?? [],
        versionCount: versions.get(signature)?.versionCount ?? 0,
        buckets: buckets.get(signature) ?? [],
      };
    }),
  };
}

interface Condition {
  readonly where: string;
  readonly values: readonly SQLInputValue[];
}

function conditionOf(query: TopQuery): Condition {
  const lists = filterColumns.flatMap((column) => {
    const values = query[column];
    return values === undefined ? [] : [{ sql: ` AND ${column} IN (${marks(values)})`, values }];
  });
  return {
    where: `submitted_at >= ? AND submitted_at < ?${lists.map(({ sql }) => sql).join('')}`,
    values: [query.since, query.until, ...lists.flatMap(({ values }) => values)],
  };
}

function bucketsOf(
  database: DatabaseSync,
  { since, until, buckets }: TopQuery,
  { where, values }: Condition,
): Map<string, number[]> {
  const length = Math.max(1, Math.ceil((until - since) / buckets));
  const rows = database
    .prepare(
      `SELECT signature, CAST((submitted_at - ?) / ? AS INTEGER) AS bucket, count(*) AS n
       FROM crash WHERE ${where} GROUP BY signature, bucket`,
    )
    .all(since, length, ...values);
  const found = new Map<string, number[]>();
  for (const { signature, bucket, n } of rows) {
    const name = String(signature);
    const list = found.get(name) ?? Array.from({ length: buckets }, () => 0);
    list[Number(bucket)] = Number(n);
    found.set(name, list);
  }
  return found;
}

function versionsOf(
  database: DatabaseSync,
  { where, values }: Condition,
): Map<string, Pick<TopSignature, 'versions' | 'versionCount'>> {
  const rows = database
    .prepare(
      `SELECT signature, version, n, total FROM (
         SELECT signature, version, count(*) AS n, count(*) OVER (PARTITION BY signature) AS total,
                row_number() OVER (PARTITION BY signature ORDER BY count(*) DESC, version) AS place
         FROM crash WHERE ${where} AND version IS NOT NULL GROUP BY signature, version
       ) WHERE place <= ${shownVersions} ORDER BY signature, place`,
    )
    .all(...values);
  return new Map(
    [...Map.groupBy(rows, ({ signature }) => String(signature))].map(([signature, group]) => [
      signature,
      {
        versions: group.map(({ version, n }) => ({ version: String(version), count: Number(n) })),
        versionCount: Number(group[0]?.['total']),
      },
    ]),
  );
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
