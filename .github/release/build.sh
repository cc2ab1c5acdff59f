#!/usr/bin/env bash
# build.sh VERSION builds everything that a release has into dist/release: archives, bills of materials, the checksums of the action, the notes.
# Anybody may run it on the commit of a release, with the version of Go that `defectgate version` prints, and compare. It needs git, jq and Go; Go
# fetches the two programs below, and its checksum database vouches for them.
set -euo pipefail
cd "$(dirname "$0")/../.."

version=$1
if [[ ! $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]]; then
	printf 'release: %q is no version of the form v1.2.3\n' "$version" >&2
	exit 2
fi
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
GOBIN=$tools go install github.com/goreleaser/goreleaser/v2@v2.16.0
GOBIN=$tools go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

# The tag is not there yet: it is set when the release is published.
PATH=$tools:$PATH GORELEASER_CURRENT_TAG=$version goreleaser release --clean --skip=publish,announce,validate

mkdir dist/release
mv dist/*.tar.gz dist/release/
for bill in dist/*.cdx.json; do # less the digest of the program that wrote it, which is another one on another kind of machine
	jq 'del(.metadata.tools[].hashes)' "$bill" >"dist/release/${bill##*/}"
done
.github/release/checksums.sh dist/release >dist/checksums.txt
mv dist/checksums.txt dist/release/
.github/release/notes.sh "$version" >dist/release/notes.md
