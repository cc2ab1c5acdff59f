#!/usr/bin/env bash
# The step of action.yml: it turns inputs into flags, gets a defectgate, runs it, and says how it ended. Everything comes in variables, nothing
# is evaluated, and the exit code of defectgate is passed on as it is: 0 pass, 1 fail, 2 usage or configuration, 3 could not decide. What fails
# before defectgate runs uses the same codes.
#
# To try it without a runner: GITHUB_ACTIONS=true INPUT_PUBLISH= INPUT_REPORTS=report.json INPUT_BINARY=bin/defectgate bash .github/action/run.sh
set -euo pipefail

# Until defectgate has ended, whatever ends this script means that nothing was decided.
code=3 verdict=error violations='' decision='' child='' cancelled='' work=''

# refuse CODE PROBLEM HINT
refuse() {
	printf 'defectgate: error: %s\ndefectgate: hint: %s\n' "$2" "$3" >&2
	code=$1 verdict=error
	exit
}

finish() {
	trap - EXIT
	trap '' HUP INT TERM
	if ! tell && [[ $code -eq 0 ]]; then
		code=3 # nobody would learn what was decided
	fi
	if [[ -n $work ]]; then
		rm -rf "$work/program" "$work/told" || true
	fi
	exit "$code"
}

# cancel passes a signal on, for defectgate to record that it was cancelled: a runner signals this shell alone.
cancel() {
	if [[ -z $child ]]; then
		exit
	fi
	cancelled=yes
	kill -TERM "$child" 2>/dev/null || true
}

# run starts defectgate beside this shell, which otherwise could not hear a signal before it ends, and fills ended.
run() {
	ended=0
	# Git's bash rewrites arguments that look like its own paths, such as those of package URLs.
	MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*' GITHUB_OUTPUT="$work/told" "$program" "$command" ${args[@]+"${args[@]}"} <&0 &
	child=$!
	wait "$child" || ended=$?
	if [[ -n $cancelled ]]; then # what ended was the waiting
		ended=0
		wait "$child" || ended=$?
		if [[ $ended -eq 0 ]]; then
			ended=3
		fi
	fi
}

trap finish EXIT
trap cancel HUP INT TERM
here=${BASH_SOURCE[0]%/*}
source "$here/arguments.sh"
source "$here/outputs.sh"
source "$here/install.sh"
source "$here/download.sh"
source "$here/build.sh"

random=$(od -An -N16 -tx1 /dev/urandom)
random=${random//[!0-9a-f]/}
# A folder for each step, so that no file of an earlier one is taken for a file of this one: the first of a job has the short name.
folder=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
folder=${folder//\\//}/defectgate
mkdir -m 700 "$folder" 2>/dev/null || { folder+=-$random && mkdir -m 700 "$folder"; }
work=$folder
mkdir "$work/program"

arguments
choose
run
judge
