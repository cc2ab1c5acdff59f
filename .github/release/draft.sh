#!/usr/bin/env bash
# draft.sh VERSION BUILT AGAIN makes a draft of a release, of what two machines built, if they built the same.
set -euo pipefail

version=$1 built=$2 again=$3
diff -r "$built" "$again"
if [[ $(grep -c '\.tar\.gz$' "$built/checksums.txt") -ne 6 ]]; then
	printf 'release: checksums.txt does not have six archives\n' >&2
	exit 1
fi
if gh release view "$version" >/dev/null 2>&1; then
	printf 'release: there is a release or a draft %s already; delete the draft, or take another version\n' "$version" >&2
	exit 1
fi
early=()
if [[ $version == *-* ]]; then
	early=(--prerelease)
fi
gh release create "$version" --draft "${early[@]}" --target "$GITHUB_SHA" --title "$version" --notes-file "$built/notes.md" \
	"$built"/*.tar.gz "$built"/*.cdx.json "$built/checksums.txt"
