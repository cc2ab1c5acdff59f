# Sourced by run.sh: what the step says after defectgate has ended.

# tell appends the outputs of the step to the file of the runner: words, numbers, digests and paths that were made here, each once.
tell() {
	local text=''
	output verdict "$verdict"
	output exit-code "$code"
	output violations "$violations"
	output decision-id "$decision"
	file bundle decision.bundle.json
	file sarif defectgate.sarif
	file receipt decision.proof
	file checkpoint checkpoint
	if [[ -n $work && -s $work/decision.json ]]; then
		output folder "$work"
	fi
	printf '%s' "$text" >>"${GITHUB_OUTPUT:-/dev/stdout}"
}

# output NAME VALUE adds to text, with a delimiter that nobody can foresee.
output() {
	local end=end-${random:-}
	if [[ -n $2 && $2 != *"$end"* && $2 != *[$'\n\r']* ]]; then
		text+=$1"<<$end"$'\n'$2$'\n'$end$'\n'
	fi
}

# file NAME FILE adds the path of a file that defectgate wrote.
file() {
	if [[ -n $work && -s $work/$2 ]]; then
		output "$1" "$work/$2"
	fi
}

# judge holds what defectgate said against how it ended, and fills code. A green end without a decision is none.
judge() {
	if [[ $command == check ]]; then
		said
		case $ended-$verdict in
		0-pass | 1-fail | 3-error) ;;
		0-fail) [[ ${INPUT_OBSERVE:-} == true ]] || undecided ;;
		0-* | 1-*) undecided ;;
		*) verdict=error ;;
		esac
	else
		verdict=''
	fi
	code=$ended
}

undecided() {
	refuse 3 "the check ended with $ended and left no decision that says so" \
		'see that the disk is not full; if the input "binary" is set, see that it names a defectgate of this version'
}

# said reads the outputs that defectgate wrote for itself, NAME=VALUE or NAME<<END, VALUE, END, and takes only what has the form it should have.
said() {
	local line name value end
	if [[ ! -f $work/told ]]; then
		return
	fi
	while IFS= read -r line; do
		name=${line%%[=<]*} value=${line#*=}
		if [[ $line == "$name<<"?* ]]; then
			end=${line#*<<} value=''
			while IFS= read -r line && [[ $line != "$end" ]]; do
				value+=$line$'\n'
			done
			value=${value%$'\n'}
		fi
		case $name=$value in
		verdict=pass | verdict=fail | verdict=error) verdict=$value ;;
		violations=*) if [[ $value =~ ^[0-9]+$ ]]; then violations=$value; fi ;;
		decision-id=*) if [[ $value =~ ^[0-9a-f]{64}$ ]]; then decision=$value; fi ;;
		esac
	done <"$work/told"
}
