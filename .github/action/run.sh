#!/usr/bin/env bash
# Runs `defectgate check` for action.yml. Everything comes in variables, nothing is evaluated, and the exit code of defectgate is passed on
# as it is: 0 pass, 1 fail, 2 usage or configuration, 3 could not decide. What fails before defectgate runs uses the same codes.
#
# To try it without a runner: INPUT_REPORTS=report.json INPUT_BINARY=bin/defectgate bash .github/action/run.sh
set -euo pipefail

# Until defectgate has ended, whatever ends this script means that nothing was decided.
code=3 verdict=error scratch=''
finish() {
	trap - EXIT
	publish verdict "$verdict" || true
	publish exit-code "$code" || true
	rm -rf "$scratch"
	exit "$code"
}
trap finish EXIT
trap exit HUP INT TERM

publish() {
	local delimiter
	delimiter=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
	printf '%s<<%s\n%s\n%s\n' "$1" "$delimiter" "$2" "$delimiter" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}

# refuse CODE PROBLEM HINT
refuse() {
	printf 'defectgate: error: %s\ndefectgate: hint: %s\n' "$2" "$3" >&2
	code=$1
	exit
}

# given NAME VALUE tells an input from one that was left out, whose default in action.yml is (none). An empty one is neither: the expression that
# was to fill it came out empty, and without the flag another thing would be judged, or by other rules.
given() {
	if [[ $2 == '(none)' ]]; then
		return 1
	fi
	if [[ ! $2 =~ [^[:space:]] ]]; then
		refuse 2 "the input \"$1\" is empty" "fill the variable that it comes from, or leave the input out"
	fi
}

# one NAME VALUE adds the flag. A newline here would be a second value that nobody meant.
one() {
	if [[ $2 == *[$'\n\r']* ]]; then
		refuse 2 "the input \"$1\" has more than one line" "write it as one line, without |"
	fi
	if given "$1" "$2"; then
		args+=("--$1=$2")
	fi
}

# lines VALUE fills the array lines with the lines of an input that are not empty.
lines() {
	local line
	lines=()
	while IFS= read -r line || [[ -n $line ]]; do
		line=${line%$'\r'}
		if [[ -n $line ]]; then
			lines+=("$line")
		fi
	done <<<"$1"
}

# each NAME VALUE adds the flag once for each line of the input.
each() {
	local line
	given "$1" "$2" || return 0
	lines "$2"
	for line in ${lines[@]+"${lines[@]}"}; do
		args+=("--$1=$line")
	done
}

# build compiles the source that this action came with: pinning the action by commit pins what runs.
build() {
	local wanted version=${GITHUB_ACTION_REF:-dev}
	wanted=$(awk '$1 == "go" { print $2 }' "$root/go.mod")
	if ! command -v go >/dev/null; then
		refuse 3 "this runner has no Go, and the action builds defectgate from its source" \
			"install Go $wanted or newer in a step before this one, or name a defectgate with the input \"binary\""
	fi
	if [[ ! $version =~ ^[A-Za-z0-9][A-Za-z0-9._/-]*$ ]]; then
		version=dev
	fi
	binary=$scratch/defectgate$(go env GOEXE)
	if ! (cd "$root" && GOWORK=off GOFLAGS='' CGO_ENABLED=0 go build -trimpath -buildvcs=false -pgo=.ci/bench/commands.pgo \
		-ldflags "-s -w -X main.version=$version -buildid=" -o "$binary" ./cmd/defectgate) >&2; then
		refuse 3 "defectgate cannot be built by this runner's Go, $(go env GOVERSION)" \
			"it takes Go $wanted or newer and the modules of go.mod; install it in a step before this one, or name a defectgate with the input \"binary\""
	fi
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/defectgate.XXXXXX")
args=()
one config "${INPUT_CONFIG-(none)}"
one environment "${INPUT_ENVIRONMENT-(none)}"
one artifact "${INPUT_ARTIFACT-(none)}"
one exceptions "${INPUT_EXCEPTIONS-(none)}"
each policy "${INPUT_POLICY-(none)}"
each output "${INPUT_OUTPUT-(none)}"
case ${INPUT_OBSERVE:-false} in
true) args+=(--observe) ;;
false) ;;
*) refuse 2 'the input "observe" is neither true nor false' "write observe: true, or leave it out" ;;
esac
lines "${INPUT_REPORTS:-}"

if [[ -n ${INPUT_BINARY:-} ]]; then
	binary=$(command -v -- "$INPUT_BINARY") ||
		refuse 2 "the input \"binary\" names no program" "give the path of a defectgate that may be executed"
else
	build
fi

record=$scratch/decision.json
if "$binary" check ${args[@]+"${args[@]}"} "--output=json=$record" -- ${lines[@]+"${lines[@]}"}; then
	code=0
else
	code=$?
fi

case $code in
0) # The decision says what this code cannot: under observe it may be a failed check. The verdict stands before any text of others.
	decided=''
	if [[ -s $record ]]; then
		decided=$(head -c 4096 "$record" | tr -d '\0')
	fi
	if [[ $decided =~ \"verdict\"[[:space:]]*:[[:space:]]*\"(pass|fail)\" ]]; then
		verdict=${BASH_REMATCH[1]}
	else
		refuse 3 'the check ended with 0 and left no decision that can be read' \
			'see that the disk is not full; if the input "binary" is set, see that it names a defectgate'
	fi
	;;
1) verdict=fail ;;
esac
