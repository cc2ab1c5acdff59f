# Sourced by test.sh: how one run of the action is tried.

passed=0 failed=0
tree=$(cd "$tests/../../.." && pwd) # the action that is tried
standin=INPUT_BINARY=$work/bin/standin
pass=FAKE_VERDICT=pass

# try VARIABLE=VALUE... runs the step in a world that has nothing else, and fills ended and told.
try() {
	local home=(HOME="$work" TMPDIR="$work" ${SYSTEMROOT+"SYSTEMROOT=$SYSTEMROOT"})
	ended=0
	rm -rf "$work/temp"
	mkdir "$work/temp"
	: >"$work/output"
	(cd "$work/temp" && exec env -i "${home[@]}" "PATH=$PATH" "RUNNER_TEMP=$work/temp" "GITHUB_OUTPUT=$work/output" "$@" \
		"$BASH" "$tree/.github/action/run.sh") >"$work/printed" 2>&1 || ended=$?
	told=$(awk -F '<<' 'end == "" { name = $1; end = $2; next } $0 == end { end = ""; next } { print name "=" $0 }' "$work/output")
}

# expect NAME CODE VERDICT TEXT VARIABLE=VALUE... compares what a run comes to; every line of TEXT must be printed.
expect() {
	local name=$1 code=$2 verdict=$3 text=$4 line problem=''
	shift 4
	try "$@"
	[[ $ended == "$code" ]] || problem="exit code $ended"
	[[ $(grep '^verdict=' <<<"$told") == "${verdict:+verdict=$verdict}" ]] || problem+=", outputs: $told"
	[[ $(grep '^exit-code=' <<<"$told") == "exit-code=$code" ]] || problem+=", outputs: $told"
	[[ -z $(cut -d = -f 1 <<<"$told" | sort | uniq -d) ]] || problem+=", an output twice"
	compgen -G "$work/temp/defectgate*/program" >/dev/null && problem+=', a program left behind'
	while IFS= read -r line; do
		grep -qF -- "$line" "$work/printed" || problem+=", does not print $line"
	done <<<"$text"
	result "$name" "$problem"
}

# result NAME PROBLEM counts a test. Without a problem it passed.
result() {
	if [[ -z $2 ]]; then
		passed=$((passed + 1))
		return
	fi
	printf 'FAIL %s: %s\n' "$1" "${2#, }"
	sed 's/^/	/' "$work/printed"
	failed=$((failed + 1))
}

# holds NAME COMMAND... is a test that passes with the command.
holds() {
	local name=$1 problem=''
	shift
	"$@" || problem="not so: $*"
	result "$name" "$problem"
}

# lacks NAME COMMAND... is a test that passes where the command fails.
lacks() {
	local name=$1 problem=''
	shift
	! "$@" || problem="so: $*"
	result "$name" "$problem"
}

# prints LINE tells whether the last run printed exactly this line, after or before others.
prints() { grep -qxF -- "$1" "$work/printed"; }

# tells OUTPUT tells whether the last run had this NAME=VALUE, or where it ends with =, any value.
tells() {
	case $1 in
	*=) grep -q -- "^$1" <<<"$told" ;;
	*) grep -qxF -- "$1" <<<"$told" ;;
	esac
}
