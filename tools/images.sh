#!/usr/bin/env bash
# Builds the images of the Dockerfile: `npm run images -- --help`.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(ingest crashmover throttle-config systemtest)
usage() {
  cat <<'HELP'
Builds the images antenna-ingest, antenna-crashmover, antenna-throttle-config and antenna-systemtest.

  npm run images -- [options] [target…]

Targets: ingest, crashmover, throttle-config, systemtest, and local-aws, which is built only when it is named.

  --engine NAME       docker, podman or buildah; unset: the first of them that works here
  --repository NAME   goes before each name, such as registry.example.org/crash/
  --tag TAG           unset: the version in package.json, which the chart asks for too
  --node-image IMAGE  another base than the Dockerfile's; with a digest it is pinned to the byte
  --npmrc FILE        npm's configuration for a registry of one's own; it does not get into an image
  --no-cache          builds every layer anew
  --push              pushes the images afterwards

The commit that is built, its time and its tag go into version.json, and so do, of the environment,
VERSION_SOURCE (address of the repository) and VERSION_BUILD (address of the build in CI); without git, VERSION_COMMIT and
SOURCE_DATE_EPOCH name the commit and its time. With podman and buildah, the same commit and base give the same image.
HELP
}
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

engine='' repository='' tag='' push='' options=() targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --no-cache) options+=(--no-cache) ;;
    --push) push=yes ;;
    --engine | --repository | --tag | --node-image | --npmrc)
      [ -n "${2:-}" ] || fail "$1 needs a value"
      case $1 in
        --engine) engine=$2 ;;
        --repository) repository=$2 ;;
        --tag) tag=$2 ;;
        --node-image) options+=(--build-arg "NODE_IMAGE=$2") ;;
        --npmrc)
          [ -r "$2" ] || fail "cannot read $2"
          options+=(--secret "id=npmrc,src=$2") ;;
      esac
      shift ;;
    ingest | crashmover | throttle-config | systemtest | local-aws) targets+=("$1") ;;
    *) fail "unknown: $1; see --help" ;;
  esac
  shift
done
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")

works() { # docker is often installed without its daemon
  case $1 in
    docker) docker info ;;
    podman | buildah) "$1" --version ;;
    *) fail "unknown engine: $1; docker, podman and buildah are known" ;;
  esac >/dev/null 2>&1
}
if [ -n "$engine" ]; then
  works "$engine" || fail "$engine does not work here; \`$engine info\` may say why"
else
  for candidate in docker podman buildah; do
    if works "$candidate"; then engine=$candidate; break; fi
  done
  [ -n "$engine" ] || fail 'there is no docker (with its daemon running), podman or buildah here: one is needed to build images'
fi

version=$(node -p 'require("./package.json").version')
commit=${VERSION_COMMIT:-}
if [ -z "$commit" ]; then
  commit=$(git rev-parse HEAD 2>/dev/null || true)
  [ -z "$commit" ] || [ -z "$(git status --porcelain 2>/dev/null)" ] || commit+=-dirty
fi
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
tag=${tag:-$version}
options+=(
  --build-arg "SOURCE_DATE_EPOCH=$epoch"
  --build-arg "VERSION_SOURCE=${VERSION_SOURCE:-}"
  --build-arg "VERSION_VERSION=$tag"
  --build-arg "VERSION_COMMIT=$commit"
  --build-arg "VERSION_BUILD=${VERSION_BUILD:-}"
)
case $engine in
  docker) export DOCKER_BUILDKIT=1 ;;
  # Layers are kept from one target to the next; each file has the time of the commit.
  podman | buildah) options+=(--layers --timestamp "$epoch") ;;
esac

for target in "${targets[@]}"; do
  name=${repository}antenna-$target:$tag
  printf '\n== %s, by %s\n' "$name" "$engine"
  "$engine" build --file Dockerfile --target "$target" --tag "$name" \
    --label "org.opencontainers.image.revision=$commit" --label "org.opencontainers.image.version=$tag" \
    "${options[@]}" .
  if [ -n "$push" ]; then "$engine" push "$name"; fi
done
