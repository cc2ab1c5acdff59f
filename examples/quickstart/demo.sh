#!/bin/sh
# demo.sh [DEFECTGATE] shows a build that fails, and the same build after the fix. It succeeds only if both ended as they should.
set -eu

defectgate=${1:-defectgate}
case $defectgate in
*/*) defectgate=$(cd "$(dirname "$defectgate")" && pwd)/$(basename "$defectgate") ;;
esac
reports=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# check EXIT-CODE ARGUMENT…
check() {
	wanted=$1
	shift
	echo "+ defectgate check $*"
	code=0
	"$defectgate" check "$@" || code=$?
	echo "exit code: $code"
	if [ "$code" -ne "$wanted" ]; then
		echo "demo: the exit code should have been $wanted" >&2
		exit 1
	fi
}

cp "$reports/report.json" report.json
check 1 report.json
echo
echo '# The dependency is updated, and the image is scanned again.'
cp "$reports/fixed.json" report.json
check 0 --quiet report.json
