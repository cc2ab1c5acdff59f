# Sourced by run.sh: the flags that the inputs ask for, in the array args.

# given NAME VALUE tells an input from one that was left out, whose default in action.yml is (none). An empty one is neither: the expression that
# was to fill it came out empty, and without the flag another thing would be judged, or by other rules.
given() {
	if [[ $2 == '(none)' ]]; then
		return 1
	fi
	if [[ ! $2 =~ [^[:space:]] ]]; then
		refuse 2 "the input \"$1\" is empty" "fill the variable that it comes from, or leave the input out"
	fi
	if [[ $command != check && " config environment keys ledger timeout " != *" $1 "* ]]; then
		refuse 2 "the input \"$1\" is not for the command $command" "leave it out, or leave out the input \"command\""
	fi
}

# single NAME VALUE refuses a second line: it would be a second value that nobody meant.
single() {
	if [[ $2 == *[$'\n\r']* ]]; then
		refuse 2 "the input \"$1\" has more than one line" "write it as one line, without |"
	fi
}

# one NAME VALUE adds the flag.
one() {
	single "$1" "$2"
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

# switch NAME VALUE adds a flag without a value.
switch() {
	case $2 in
	true)
		given "$1" "$2"
		args+=("--$1")
		;;
	false) ;;
	*) refuse 2 "the input \"$1\" is neither true nor false" "write $1: true, or leave it out" ;;
	esac
}

# words NAME VALUE adds the flag once for each word.
words() {
	local word list
	IFS=$' \t\n\r' read -r -d '' -a list <<<"$2" || true # there is no NUL for it to end at
	for word in ${list[@]+"${list[@]}"}; do
		if [[ ! $word =~ ^[a-z]+$ ]]; then
			refuse 2 "the input \"$1\" is no list of words" "write words of small letters with spaces between them"
		fi
		args+=("--$1=$word")
	done
}

# secret NAME VARIABLE VALUE names the variable that holds it. An empty one is a secret that this run was not given, as in a pull request of a
# fork: it is taken away, so that nobody reads it as a key or a token.
secret() {
	if [[ ! $3 =~ [^[:space:]] ]]; then
		unset "$2"
	elif [[ -n $1 ]]; then
		args+=("--$1=env:$2")
	fi
}

# ledger goes by a variable, because an address may hold a password, and command lines can be read by others. A pull request of a fork gets no
# secrets, so that an address that is one comes out empty; such a run only reads, and then from what suits the repository.
ledger() {
	single ledger "$1"
	if [[ $1 == auto || $1 == '(none)' ]] || [[ -z $1 && ${GITHUB_EVENT_NAME:-} == pull_request ]]; then
		export "DEFECTGATE_LEDGER=${DEFECTGATE_LEDGER-auto}"
	elif given ledger "$1"; then
		export "DEFECTGATE_LEDGER=$1"
	fi
}

arguments() {
	args=()
	command=${INPUT_COMMAND:-check}
	case $command in
	check | comment | sync) ;;
	*) refuse 2 'the input "command" names no command of this action' 'write check, comment or sync, or leave it out' ;;
	esac
	one config "${INPUT_CONFIG-(none)}"
	one environment "${INPUT_ENVIRONMENT-(none)}"
	one artifact "${INPUT_ARTIFACT-(none)}"
	one keys "${INPUT_KEYS-(none)}"
	one cache "${INPUT_CACHE-(none)}"
	one baseline "${INPUT_BASELINE-(none)}"
	one base "${INPUT_BASE-(none)}"
	one branch "${INPUT_BRANCH-(none)}"
	one checkpoint "${INPUT_CHECKPOINT-(none)}"
	one run-id "${INPUT_RUN_ID-(none)}"
	one timeout "${INPUT_TIMEOUT-(none)}"
	one format "${INPUT_FORMAT-(none)}"
	one disclosure "${INPUT_DISCLOSURE-(none)}"
	each policy "${INPUT_POLICY-(none)}"
	each exceptions "${INPUT_EXCEPTIONS-(none)}"
	each statements "${INPUT_STATEMENTS-(none)}"
	each signals "${INPUT_SIGNALS-(none)}"
	each feed "${INPUT_FEED-(none)}"
	each limit "${INPUT_LIMIT-(none)}"
	each alerts "${INPUT_ALERTS-(none)}"
	each output "${INPUT_OUTPUT-(none)}"
	switch observe "${INPUT_OBSERVE:-false}"
	switch keep-reports "${INPUT_KEEP_REPORTS:-false}"
	switch quiet "${INPUT_QUIET:-false}"
	switch verbose "${INPUT_VERBOSE:-false}"
	secret key DEFECTGATE_KEY "${DEFECTGATE_KEY:-}"
	secret log-key DEFECTGATE_LOG_KEY "${DEFECTGATE_LOG_KEY:-}"
	secret '' DEFECTGATE_SECRET_KEY "${DEFECTGATE_SECRET_KEY:-}"
	secret '' DEFECTGATE_SIGNOFF_TOKEN "${DEFECTGATE_SIGNOFF_TOKEN:-}"
	secret '' GITHUB_TOKEN "${GITHUB_TOKEN:-}"
	ledger "${INPUT_LEDGER-auto}"
	lines=()
	if given reports "${INPUT_REPORTS-(none)}"; then
		lines "$INPUT_REPORTS"
	fi
	case $DEFECTGATE_LEDGER in
	auto | branch:*) args+=("--keep-checkpoint=$work/checkpoint") ;; # that of a branch; what auto means, defectgate knows
	esac
	if [[ $command == check ]]; then
		written
		args+=(-- ${lines[@]+"${lines[@]}"}) # behind -- nothing is a flag
	fi
}

# written adds the outputs that the outputs of the step name.
written() {
	words publish "outputs ${INPUT_PUBLISH:-}"
	args+=("--output=json=$work/decision.json" "--output=bundle=$work/decision.bundle.json" "--output=sarif=$work/defectgate.sarif")
	case $DEFECTGATE_LEDGER in
	# There is a proof where something is written. Of a branch defectgate knows whether it is written to in this run, and leaves it out elsewhere.
	auto | branch:* | sqlite:* | postgres://* | postgresql://*) args+=("--output=proof=$work/decision.proof") ;;
	esac
}
