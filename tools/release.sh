#!/usr/bin/env bash
# Makes all files of a release: `npm run release -- --help`.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t all < <(tools/images.sh --list)
usage() {
  cat <<HELP
Makes a release of the current commit in one folder, and pushes it if told to:

  npm run release -- [options] [image…]

  antenna-IMAGE-VERSION.oci.tar             each image for all platforms, as an OCI archive
  antenna-IMAGE-VERSION.PLATFORM.cdx.json   its software bill of materials, CycloneDX
  antenna-VERSION.tgz                       the chart
  antenna-VERSION.chart.oci.tar             the same, as an OCI archive
  RELEASE_NOTES.md                          from CHANGELOG.md
  SHA256SUMS, SHA256SUMS.sig                checksums; their signature if there is a key

Images: ${all[*]}. Default: all.

  --out FOLDER        where to; must be empty or new. Default: release/VERSION
  --platform LIST     default: linux/amd64,linux/arm64
  --node-image IMAGE  base image; name its digest, so that the release can be made again
  --key FILE          Ed25519 private key in PEM, which signs SHA256SUMS
  --push REPOSITORY   pushes images and chart, such as to registry.example.org/crash, with the digests that they have in the
                      archives. Needs skopeo, a clean commit with the tag vVERSION, and a base image with a digest.
                      Refuses to replace a version with another
  --engine NAME       podman or buildah; default: the first of them that works
  --npmrc FILE        configuration of npm for a private registry; it is not stored in the images

The same commit, base image and engine result in the same files.
To check a signature: openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
HELP
}
fail() { printf 'error: %s\n' "$1" >&2; exit "${2:-1}"; }
step() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

version=$(node -p 'require("./package.json").version')
out=release/$version platforms=linux/amd64,linux/arm64 node_image='' key='' push='' engine='' options=() images=()
while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --out | --platform | --node-image | --key | --push | --engine | --npmrc)
      [ -n "${2:-}" ] || fail "$1 needs a value" 2
      case $1 in
        --out) out=$2 ;;
        --platform) platforms=$2 ;;
        --node-image) node_image=$2 ;;
        --key) key=$2 ;;
        --push) push=${2%/} ;;
        --engine) engine=$2 ;;
        --npmrc) options+=(--npmrc "$2") ;;
      esac
      shift ;;
    *)
      [[ " ${all[*]} " == *" $1 "* ]] || fail "unknown option or image $1; see --help" 2
      images+=("$1") ;;
  esac
  shift
done
[ ${#images[@]} -gt 0 ] || images=("${all[@]}")

if [ -z "$engine" ]; then
  for candidate in podman buildah; do
    if "$candidate" --version >/dev/null 2>&1; then engine=$candidate; break; fi
  done
  [ -n "$engine" ] || fail 'a release needs podman or buildah; neither works here'
fi
[[ $engine =~ ^(podman|buildah)$ ]] || fail "unknown engine $engine; use podman or buildah" 2
command -v helm >/dev/null || [ -x tools/kubernetes/node_modules/.cache/antenna/helm ] || fail 'a release needs helm, to package the chart'
[ -z "$push" ] || command -v skopeo >/dev/null || fail '--push needs skopeo'
[ -z "$key" ] || openssl pkey -in "$key" -noout 2>/dev/null || fail "$key is not a private key in PEM"
notes=$(awk -v version="$version" '/^## / { found = ($2 == version) } found' CHANGELOG.md)
[ -n "$notes" ] || fail "CHANGELOG.md has no section for $version"

commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
problems=()
[ -z "$(git status --porcelain)" ] || problems+=('there are changes that are not committed')
[ "$(git rev-parse --quiet --verify "v$version^{commit}" || true)" = "$commit" ] || problems+=("the tag v$version is not on this commit")
[[ $node_image == *@sha256:* ]] || problems+=('the base image has no digest: give --node-image node:…@sha256:…')
if [ ${#problems[@]} -gt 0 ]; then
  [ -z "$push" ] || fail "this must not be pushed: $(IFS=';'; echo "${problems[*]}")"
  printf 'not yet a release: %s\n' "${problems[@]}"
fi

mkdir -p "$out"
[ -z "$(ls -A "$out")" ] || fail "$out is not empty; remove it, or choose another folder with --out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pack() { # folder, archive: the same content results in the same bytes
  tar --create --file "$2" --directory "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode='u=rwX,go=rX' .
}

step 'images'
[ -z "$node_image" ] || options+=(--node-image "$node_image")
tools/images.sh --engine "$engine" --tag "$version" --platform "$platforms" "${options[@]}" "${images[@]}" >"$work/build.log" 2>&1 || {
  tail -n 30 "$work/build.log" >&2
  fail 'an image could not be built'
}
for image in "${images[@]}"; do
  "$engine" manifest push --quiet --all "antenna-$image:$version" "oci:$work/$image:$version"
  pack "$work/$image" "$out/antenna-$image-$version.oci.tar"
done

step 'bills of materials'
npm run -s build
for image in "${images[@]}"; do
  for platform in ${platforms//,/ }; do
    architecture=${platform##*/}
    node dist/tools/release/sbom.js "$work/$image" "$work/layers" "antenna-$image" "$version" "$architecture" \
      >"$out/antenna-$image-$version.$architecture.cdx.json"
  done
done

step 'chart'
tools/release/package-chart.sh "$out"
node dist/tools/release/chart-layout.js "$out/antenna-$version.tgz" "$work/chart"
pack "$work/chart" "$out/antenna-$version.chart.oci.tar"

step 'notes, checksums'
printf '%s\n' "$notes" >"$out/RELEASE_NOTES.md"
(cd "$out" && sha256sum -- *.tar *.tgz *.json RELEASE_NOTES.md >SHA256SUMS)
if [ -n "$key" ]; then
  openssl pkeyutl -sign -inkey "$key" -rawin -in "$out/SHA256SUMS" -out "$out/SHA256SUMS.sig"
fi
(cd "$out" && ls -sh)

if [ -z "$push" ]; then
  printf '\nnothing was pushed: --push REPOSITORY does that\n'
  exit 0
fi
step "push to $push"
declare -A destination=([chart]=$push/charts/antenna:$version)
for image in "${images[@]}"; do destination[$image]=$push/antenna-$image:$version; done
for one in "${!destination[@]}"; do
  ! published=$(skopeo inspect --raw "docker://${destination[$one]}" 2>/dev/null) ||
    [ "$published" = "$(skopeo inspect --raw "oci:$work/$one:$version")" ] ||
    fail "${destination[$one]} exists with other content; nothing was pushed. Choose another version"
done
for one in "${!destination[@]}"; do
  skopeo copy --quiet --all --preserve-digests "oci:$work/$one:$version" "docker://${destination[$one]}"
  printf '%s\n' "${destination[$one]}"
done
