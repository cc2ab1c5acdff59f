# Sourced by test.sh: a release of an action whose version is v9.9.9, with the stand-in in its archives.

releases=$work/releases tree=$work/tree actions=$work/tree/.github/action
mkdir -p "$releases" "$actions" "$work/state"
cp "$tests"/../*.sh "$actions"
cp "$tests/../../../go.mod" "$tree"
for system in linux_amd64 linux_arm64 darwin_arm64 windows_amd64; do
	program=defectgate
	if [[ $system == windows* ]]; then
		program=defectgate.exe
	fi
	# Each has a digest of its own.
	go build -ldflags "-s -w -X main.system=$system" -o "$work/$system/$program" "$tests/standin/main.go"
	tar -czf - -C "$work/$system" "$program" >"$releases/defectgate_v9.9.9_$system.tar.gz"
done
bash "$tests/../../release/checksums.sh" "$releases" >"$actions/checksums.txt"
archive=defectgate_v9.9.9_linux_amd64.tar.gz
runner=(RUNNER_OS=Linux RUNNER_ARCH=X64 "$pass")
if [[ -n $exe ]]; then
	runner=(RUNNER_OS=Windows RUNNER_ARCH=X64 "$pass") archive=defectgate_v9.9.9_windows_amd64.tar.gz
fi
folder=INPUT_MIRROR=$releases

# cached has the step use a cache that is new.
caches=0
cached() {
	caches=$((caches + 1))
	cache=$work/cache$caches
	kept=$cache/defectgate/v9.9.9/amd64/defectgate$exe
	runner=("${runner[@]:0:3}" "RUNNER_TOOL_CACHE=$cache")
}

# changed has the action expect another digest of what a pattern names.
changed() {
	sed "/$1/s/^[0-9a-f]\{8\}/00000000/" "$actions/checksums.txt" >"$work/checksums"
	cp "$actions/checksums.txt" "$work/right"
	cp "$work/checksums" "$actions/checksums.txt"
}

restored() { cp "$work/right" "$actions/checksums.txt"; }

cached
expect 'installed from a folder' 0 pass '[check]' "${runner[@]}" "$folder"
holds 'and kept' test -s "$kept"
expect 'installed from the cache' 0 pass '[check]' "${runner[@]}" "INPUT_MIRROR=$work/none"

printf '#!/bin/sh\ntouch "%s"\n' "$work/poison" >"$work/poisoned"
chmod +x "$work/poisoned"
cp "$work/poisoned" "$kept"
expect 'a poisoned cache' 0 pass $'[check]\nis not that of v9.9.9, and is replaced' "${runner[@]}" "$folder"
lacks 'its program does not run' test -e "$work/poison"
lacks 'it is mended' cmp -s "$kept" "$work/poisoned"
cp "$work/poisoned" "$kept"
expect 'a poisoned cache and no archive' 3 error 'cannot be had' "${runner[@]}" "INPUT_MIRROR=$work/none"
lacks 'its program does not run either' test -e "$work/poison"
rm "$kept"
mkdir "$kept"
expect 'a folder where the program should be' 0 pass 'cannot be kept in' "${runner[@]}" "$folder"
if [[ -z $exe ]]; then
	rm -r "$kept"
	mkfifo "$kept"
	expect 'a pipe where the program should be' 0 pass '[check]' "${runner[@]}" "$folder"
fi
cached
printf 'no folder' >"$cache"
expect 'a cache that cannot be written' 0 pass $'[check]\ncannot be kept in' "${runner[@]}" "$folder"
cached
(for each in 1 2 3 4; do
	mkdir "$work/at-once-$each"
	env "${runner[@]}" "$folder" "RUNNER_TEMP=$work/at-once-$each" "$BASH" "$actions/run.sh" >"$work/at-once-$each/printed" 2>&1 &
done
wait)
holds 'four at once' test "$(cat "$work"/at-once-*/printed | grep -c '^\[check\]$')" -eq 4
holds 'and one whole file' test "$(ls -A "${kept%/*}")" = "defectgate$exe"

cached
changed "$archive"
expect 'an archive with another digest' 3 error "$archive is not the one that this action has the digest of" "${runner[@]}" "$folder"
lacks 'is not run' grep -qF '[check]' "$work/printed"
lacks 'or kept' test -e "$kept"
restored
changed "${archive%.tar.gz}\/"
expect 'a program with another digest' 3 error 'does not hold the defectgate' "${runner[@]}" "$folder"
lacks 'is not run either' grep -qF '[check]' "$work/printed"
restored
mkdir "$work/cut"
head -c 100000 "$releases/$archive" >"$work/cut/$archive"
expect 'an archive that was cut' 3 error 'was not unpacked' "${runner[@]}" "INPUT_MIRROR=$work/cut"

systems='Linux:X64:linux_amd64 Linux:ARM64:linux_arm64 macOS:ARM64:darwin_arm64 Windows:X64:windows_amd64'
if [[ -n $exe ]]; then
	systems='Windows:X64:windows_amd64'
fi
for system in $systems; do
	IFS=: read -r os arch name <<<"$system"
	mkdir "$work/only-$name"
	cp "$releases/defectgate_v9.9.9_$name.tar.gz" "$work/only-$name"
	expect "the archive of $os $arch" 0 pass '[check]' "RUNNER_OS=$os" "RUNNER_ARCH=$arch" "$pass" "INPUT_MIRROR=$work/only-$name"
done
expect 'no archive for the system' 0 pass $'has no release for Linux X86; its source is built\n[check]' \
	RUNNER_OS=Linux RUNNER_ARCH=X86 "${source[@]}" INPUT_BINARY= "$pass"
cp "$actions/checksums.txt" "$work/right"
cp "$tests/../checksums.txt" "$actions/checksums.txt"
expect 'a commit that is no release' 0 pass 'its source is built' "${runner[@]:0:2}" "${source[@]}" INPUT_BINARY= "$pass"
for half in 'tar.gz$' '\/defectgate'; do
	sed "/$half/d" "$work/right" >"$actions/checksums.txt"
	expect 'half an entry' 0 pass 'its source is built' "${runner[@]:0:2}" "${source[@]}" INPUT_BINARY= "$pass"
done
sed 's/$/\r/' "$work/right" >"$actions/checksums.txt"
expect 'ends of lines as Windows has them' 0 pass '[check]' "${runner[@]}" "$folder"
restored
