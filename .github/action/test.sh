#!/usr/bin/env bash
# Tests of the action's scripts, with a program that stands in for defectgate and a server on a loopback address: no network. Needs Go and curl.
set -euo pipefail

tests=$(cd "$(dirname "$0")/test" && pwd)
work=$(mktemp -d)
if type -P cygpath >/dev/null; then # Windows programs know no other paths
	work=$(cygpath -m "$work")
fi
trap 'kill ${server:-} 2>/dev/null || true; rm -rf "$work"' EXIT

exe=$(go env GOEXE)
go build -o "$work/bin/" "$tests/standin/main.go" && mv "$work/bin/main$exe" "$work/bin/standin$exe"
go build -o "$work/bin/" "$tests/mirror/main.go" && mv "$work/bin/main$exe" "$work/bin/mirror$exe"

source "$tests/expect.sh"
source "$tests/inputs.sh"
source "$tests/decisions.sh"
source "$tests/metadata.sh"
source "$tests/building.sh"
source "$tests/installing.sh"
if [[ -n $exe ]]; then
	echo 'action: what takes links to programs, or a certificate of our own, is not tried on Windows'
else
	source "$tests/bare.sh"
	source "$tests/downloading.sh"
fi

printf 'action: %d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
