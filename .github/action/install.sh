# Sourced by run.sh: which defectgate is run.
#
# Whoever pins this action by commit pins the bytes that run: checksums.txt lies in the action's own tree, and has the digests of the archives of
# its release and of the programs in them. Nothing of a release is unpacked or run before its digest is the one that stands there.

# choose fills program.
choose() {
	single binary "${INPUT_BINARY:-}"
	single mirror "${INPUT_MIRROR:-}"
	case ${INPUT_BINARY:-} in
	'') install ;;
	source) build ;;
	path) present defectgate ;;
	*) present "$INPUT_BINARY" ;;
	esac
}

present() {
	program=$(type -P -- "$1") ||
		refuse 2 'the input "binary" names no program' 'give the path of a defectgate that may be executed, or leave the input out'
}

# install gets the program of the release that this action is of.
install() {
	local system file version archive packed unpacked cache
	platform
	if ! release; then
		printf 'defectgate: this commit of the action has no release for %s %s; its source is built\n' "${RUNNER_OS:-?}" "${RUNNER_ARCH:-?}" >&2
		build
		return
	fi
	program=$work/program/$file
	cache=${RUNNER_TOOL_CACHE:-${RUNNER_TEMP:-$work}}
	cache=${cache//\\//}/defectgate/$version/${system#*_}
	if ! recall; then
		download
		remember
	fi
	chmod 700 "$program"
}

# platform fills system and file: what a release calls the system of the runner.
platform() {
	file=defectgate
	case ${RUNNER_OS:-} in
	Linux) system=linux ;;
	macOS) system=darwin ;;
	Windows) system=windows file=defectgate.exe ;;
	*) system=other ;;
	esac
	case ${RUNNER_ARCH:-} in
	X64) system+=_amd64 ;;
	ARM64) system+=_arm64 ;;
	*) system+=_other ;;
	esac
}

# release reads what checksums.txt has for the system. A commit that is no release has nothing there.
release() {
	local sum name
	archive='' packed='' unpacked=''
	while read -r sum name || [[ -n $sum ]]; do
		name=${name%$'\r'}
		if [[ ! $sum =~ ^[0-9a-f]{64}$ ]]; then
			continue
		fi
		case $name in
		defectgate_v*_"$system.tar.gz") archive=$name packed=$sum ;;
		defectgate_v*_"$system/$file") unpacked=$sum ;;
		esac
	done <"$here/checksums.txt"
	version=${archive#defectgate_}
	version=${version%"_$system.tar.gz"}
	[[ -n $packed && -n $unpacked && $version =~ ^v[0-9A-Za-z.-]+$ ]]
}

# recall takes the program from the cache. On a runner that is not new for each job, an earlier job may have put anything there: what is checked is
# a copy that only this step has, and the copy is what runs. A digest of the file in place would say nothing of the moment at which it starts.
recall() {
	if [[ ! -f $cache/$file ]] || ! cp "$cache/$file" "$program" 2>/dev/null; then
		return 1
	fi
	if ! matches "$program" "$unpacked"; then
		printf 'defectgate: warning: the program in %s is not that of %s, and is replaced\n' "$cache" "$version" >&2
		return 1
	fi
}

# remember puts the program into the cache under its name when it is whole, so that two jobs at once see all of it or nothing. A cache that cannot
# be written makes the next job slower, and this one no less certain.
remember() {
	local new=$cache/$random
	if ! { mkdir -p "$cache" && [[ ! -d $cache/$file ]] && cp "$program" "$new" && mv -f "$new" "$cache/$file"; } 2>/dev/null; then
		rm -f "$new"
		printf 'defectgate: the program cannot be kept in %s for the next job\n' "$cache" >&2
	fi
}
