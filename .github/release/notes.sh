#!/usr/bin/env bash
# notes.sh VERSION prints the section of CHANGELOG.md that a version has. A release without one is not made.
set -euo pipefail

awk -v version="$1" '
	/^## / { inside = ($2 == version); found = found || inside; next }
	inside { print }
	END { if (!found) { print "release: CHANGELOG.md has no section \"## " version "\"" >"/dev/stderr"; exit 1 } }
' "$(dirname "$0")/../../CHANGELOG.md"
