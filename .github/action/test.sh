#!/usr/bin/env bash
# Tests of run.sh, with a program that stands in for defectgate: it prints its arguments, one a line, and ends as it is told.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/empty"

cat >"$work/bin/fake" <<'FAKE'
#!/usr/bin/env bash
for argument in "$@"; do
	printf '[%s]\n' "$argument"
	if [[ $argument == --output=json=* && -n ${FAKE_VERDICT:-} ]]; then
		printf '{"decision": {"schema": "s", "id": "i", "verdict": "%s", "title": "\\"verdict\\": \\"pass\\""}}' "$FAKE_VERDICT" >"${argument#--output=json=}"
	fi
done
if [[ -n ${FAKE_KILL:-} ]]; then
	kill -TERM $PPID
fi
exit "${FAKE_CODE:-0}"
FAKE
# A Go that builds nothing, or that builds the program above.
cat >"$work/bin/go" <<'FAKE'
#!/usr/bin/env bash
case $1 in
env) if [[ $2 == GOVERSION ]]; then echo go1.20; fi ;;
build) while [[ $1 != -o ]]; do shift; done; cp "$FAKE_BUILD" "$2" ;;
esac
FAKE
chmod +x "$work/bin/fake" "$work/bin/go"

failed=0 passed=0
# expect NAME CODE VERDICT TEXT VARIABLE=VALUE... runs run.sh and compares; every line of TEXT must be printed.
expect() {
	local name=$1 code=$2 verdict=$3 text=$4 got=0 line problem=''
	shift 4
	: >"$work/output"
	env "RUNNER_TEMP=$work" "GITHUB_OUTPUT=$work/output" "PATH=$work/bin:$PATH" "$@" "$BASH" "$here/run.sh" >"$work/printed" 2>&1 || got=$?
	[[ $got == "$code" ]] || problem="exit code $got"
	[[ $(sed -n 2p "$work/output") == "$verdict" ]] || problem="$problem, verdict $(sed -n 2p "$work/output")"
	[[ $(sed -n 5p "$work/output") == "$code" ]] || problem="$problem, output exit-code $(sed -n 5p "$work/output")"
	[[ $(wc -l <"$work/output") -eq 6 ]] || problem="$problem, other outputs"
	compgen -G "$work/defectgate.*" >/dev/null && problem="$problem, files left behind"
	while IFS= read -r line; do
		grep -qF -- "$line" "$work/printed" || problem="$problem, does not print $line"
	done <<<"$text"
	if [[ -n $problem ]]; then
		printf 'FAIL %s: %s\n' "$name" "${problem#, }"
		sed 's/^/	/' "$work/printed"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

fake=INPUT_BINARY=$work/bin/fake
expect 'a pass' 0 pass '[check]' "$fake" FAKE_VERDICT=pass
expect 'a failed check' 1 fail '[check]' "$fake" FAKE_VERDICT=fail FAKE_CODE=1
expect 'misuse' 2 error '[check]' "$fake" FAKE_CODE=2
expect 'could not decide' 3 error '[check]' "$fake" FAKE_VERDICT=error FAKE_CODE=3
expect 'a crash' 139 error '[check]' "$fake" FAKE_VERDICT=pass FAKE_CODE=139
expect 'a failed check without a record' 1 fail '[check]' "$fake" FAKE_CODE=1
expect 'ended from outside' 3 error '[check]' "$fake" FAKE_VERDICT=pass FAKE_KILL=1
expect 'observed' 0 fail '[--observe]' "$fake" FAKE_VERDICT=fail INPUT_OBSERVE=true
expect 'no decision is no pass' 3 error $'[check]\nleft no decision that can be read' "$fake"
expect 'nor under observe' 3 error '[--observe]' "$fake" INPUT_OBSERVE=true
expect 'an unknown verdict' 3 error 'left no decision that can be read' "$fake" FAKE_VERDICT=maybe
expect 'lines' 0 pass $'[--]\n[a b.json]\n[trivy=$(touch x).json]\n[*.json]\n[-q]' "$fake" FAKE_VERDICT=pass \
	INPUT_REPORTS=$'a b.json\n\ntrivy=$(touch x).json\r\n*.json\n-q\n'
expect 'flags' 0 pass $'[--config=a b.yaml]\n[--environment=-x]\n[--artifact=i@sha256:0]\n[--exceptions=e.yaml]\n[--policy=p]\n[--policy=q r]\n[--output=sarif=o p.sarif]' \
	"$fake" FAKE_VERDICT=pass 'INPUT_CONFIG=a b.yaml' INPUT_ENVIRONMENT=-x INPUT_ARTIFACT=i@sha256:0 INPUT_EXCEPTIONS=e.yaml \
	INPUT_POLICY=$'p\nq r' 'INPUT_OUTPUT=sarif=o p.sarif'
expect 'two lines where one is meant' 2 error 'the input "config" has more than one line' "$fake" INPUT_CONFIG=$'a\nb'
expect 'an empty policy' 2 error 'the input "policy" is empty' "$fake" INPUT_POLICY=
expect 'an empty artifact' 2 error 'the input "artifact" is empty' "$fake" 'INPUT_ARTIFACT= '
expect 'inputs left out' 0 pass '[--' "$fake" FAKE_VERDICT=pass 'INPUT_POLICY=(none)' 'INPUT_ARTIFACT=(none)'
expect 'observe: maybe' 2 error 'neither true nor false' "$fake" INPUT_OBSERVE=maybe
expect 'no such binary' 2 error 'names no program' "INPUT_BINARY=$work/none"
expect 'built' 0 pass '[check]' "FAKE_BUILD=$work/bin/fake" FAKE_VERDICT=pass
expect 'an old Go' 3 error $'go1.20\ninstall it in a step before this one' FAKE_BUILD=$work/none
expect 'no room for the binary' 3 error 'mktemp' "RUNNER_TEMP=$work/none"

for tool in bash dirname mktemp od tr awk rm env; do
	ln -s "$(command -v "$tool")" "$work/empty/$tool"
done
expect 'no Go' 3 error 'this runner has no Go' "PATH=$work/empty"

printf 'action: %d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
