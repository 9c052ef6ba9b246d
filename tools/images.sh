#!/usr/bin/env bash
# Builds the images of the Dockerfile: `npm run images -- --help`.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(ingest crashmover processor crash-stats throttle-config standalone cli systemtest)
usage() {
  cat <<HELP
Builds images of the Dockerfile, such as antenna-ingest:

  npm run images -- [options] [target…]

Targets: ${all[*]}, and local-aws, which is built only on request.

  --engine NAME       docker, podman or buildah; default: the first of them that works
  --repository NAME   prefix of each image name, such as registry.example.org/crash/
  --tag TAG           default: the version in package.json, which is also the default in the chart
  --node-image IMAGE  base image instead of the one in the Dockerfile; a digest pins the exact image
  --npmrc FILE        configuration of npm for a private registry; it is not stored in the image
  --platform LIST     such as linux/amd64,linux/arm64: an image for each, under one name. Needs podman or buildah
  --no-cache          rebuilds every layer
  --push              pushes the images after the build
  --list              prints the targets that are built by default, one per line

version.json in the image contains the commit and the tag, and VERSION_SOURCE (URL of the repository) and VERSION_BUILD
(URL of the CI build) from the environment. Without git, set VERSION_COMMIT and SOURCE_DATE_EPOCH to the commit and its
time. With podman and buildah, the same commit and base image result in the same image.
HELP
}
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

engine='' repository='' tag='' push='' platforms='' options=() targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --list) printf '%s\n' "${all[@]}"; exit 0 ;;
    --no-cache) options+=(--no-cache) ;;
    --push) push=yes ;;
    --engine | --repository | --tag | --node-image | --npmrc | --platform)
      [ -n "${2:-}" ] || fail "$1 needs a value"
      case $1 in
        --engine) engine=$2 ;;
        --repository) repository=$2 ;;
        --tag) tag=$2 ;;
        --platform) platforms=$2 ;;
        --node-image) options+=(--build-arg "NODE_IMAGE=$2") ;;
        --npmrc)
          [ -r "$2" ] || fail "cannot read $2"
          options+=(--secret "id=npmrc,src=$2") ;;
      esac
      shift ;;
    *)
      [[ " ${all[*]} local-aws " == *" $1 "* ]] || fail "unknown option or target $1; see --help"
      targets+=("$1") ;;
  esac
  shift
done
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")

works() { # docker is often installed without its daemon
  case $1 in
    docker) docker info ;;
    podman | buildah) "$1" --version ;;
    *) fail "unknown engine $1; use docker, podman or buildah" ;;
  esac >/dev/null 2>&1
}
if [ -n "$engine" ]; then
  works "$engine" || fail "$engine does not work; run \`$engine info\` to see why"
else
  for candidate in docker podman buildah; do
    if works "$candidate"; then engine=$candidate; break; fi
  done
  [ -n "$engine" ] || fail 'building images needs docker (with a running daemon), podman or buildah; none of them works here'
fi

[ -z "$platforms" ] || [ "$engine" != docker ] ||
  fail '--platform needs podman or buildah: docker keeps images for several platforms only in a registry'

case $(uname -m) in
  x86_64) own_platform=linux/amd64 ;;
  aarch64) own_platform=linux/arm64 ;;
  *) own_platform=linux/$(uname -m) ;;
esac
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
  podman | buildah)
    # Targets share cached layers; each file has the time of the commit. npm opens more files than the usual 1,024.
    files=$(ulimit -Hn)
    options+=(--layers --timestamp "$epoch")
    [ "$files" = unlimited ] || options+=(--ulimit "nofile=$files:$files") ;;
esac

for target in "${targets[@]}"; do
  name=${repository}antenna-$target:$tag
  printf '\n== %s, by %s\n' "$name" "$engine"
  build() {
    "$engine" build --file Dockerfile --target "$target" "$@" \
      --label "org.opencontainers.image.revision=$commit" --label "org.opencontainers.image.version=$tag" \
      "${options[@]}" .
  }
  if [ -n "$platforms" ]; then
    "$engine" manifest rm "$name" >/dev/null 2>&1 || true
    "$engine" manifest create "$name"
    # One after another, and added one by one: parallel builds of buildah disturb each other under chroot isolation, and a
    # later build can replace the list of an earlier one. Old versions take the target for the builder's platform.
    for platform in ${platforms//,/ }; do
      build --tag "$name-${platform##*/}" --platform "$platform" --build-arg "BUILDPLATFORM=$own_platform"
      "$engine" manifest add "$name" "$name-${platform##*/}"
    done
  else
    build --tag "$name"
  fi
  [ -z "$push" ] || if [ -n "$platforms" ]; then "$engine" manifest push --all "$name" "docker://$name"; else "$engine" push "$name"; fi
done
