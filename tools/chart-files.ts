import { readFileSync } from 'node:fs';

const folder = 'charts/antenna/files';

const copies: Readonly<Record<string, string>> = {
  'antenna.rules.yaml': 'k8s/alerts/antenna.rules.yaml',
  'throttle-rules/accept-all.yaml': 'k8s/throttle-rules/accept-all.yaml',
  'throttle-rules/mozilla.yaml': 'k8s/throttle-rules/mozilla.yaml',
};

/** Copies of files for the chart, which can read none but its own, and of the dashboards; by path. */
export function chartFiles(
  dashboards: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const files = Object.entries(copies).map(([name, source]) => [
    `${folder}/${name}`,
    readFileSync(source, 'utf8'),
  ]);
  const models = Object.entries(dashboards).map(([path, text]) => [
    path.replace('k8s/grafana', `${folder}/dashboards`),
    text,
  ]);
  return Object.fromEntries([...files, ...models]) as Record<string, string>;
}
