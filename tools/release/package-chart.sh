#!/usr/bin/env bash
# Packages the chart: tools/release/package-chart.sh FOLDER. Prints the path of the archive. The same chart and
# SOURCE_DATE_EPOCH (default: the time of the commit) result in the same bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."

helm=$(command -v helm || echo tools/kubernetes/node_modules/.cache/antenna/helm)
[ -x "$helm" ] || { echo 'error: packaging the chart needs helm' >&2; exit 1; }
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r charts/antenna "$copy"
# Helm writes the times of the files into the archive.
find "$copy/antenna" -exec touch --date="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" {} +
"$helm" package --destination "$1" "$copy/antenna" | sed 's/.*: //'
