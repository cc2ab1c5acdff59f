#!/bin/sh
# demo.sh [DEFECTGATE] shows a build that fails, and the same build after the fix. It succeeds only if both ended as they should.
set -eu

defectgate=${1:-defectgate}
case $defectgate in
*/*) defectgate=$(cd "$(dirname "$defectgate")" && pwd)/$(basename "$defectgate") ;;
esac
cd "$(dirname "$0")"

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

check 1 report.json
echo
echo '# The dependency is updated, and the image is scanned again.'
check 0 --quiet fixed.json
