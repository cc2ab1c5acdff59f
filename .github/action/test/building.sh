# Sourced by test.sh: a program from the action's own source, with a Go that builds nothing, or the stand-in.

mkdir "$work/go"
cat >"$work/go/go" <<'FAKE'
#!/usr/bin/env bash
case $1 in
env) if [[ $2 == GOVERSION ]]; then echo go1.20; fi ;;
build)
	printf '[%s]\n' "$@"
	while [[ $1 != -o ]]; do shift; done
	cp "$FAKE_BUILD" "$2"
	;;
esac
FAKE
chmod +x "$work/go/go"
source=(INPUT_BINARY=source "PATH=$work/go:$PATH" "FAKE_BUILD=$work/bin/standin$exe")

expect 'built' 0 pass $'[check]\n[-trimpath]\n[-buildvcs=false]\n[-pgo=.ci/bench/commands.pgo]\n-X main.version=dev -X main.commit= -buildid=]' \
	"${source[@]}" "$pass"
expect 'built, of a version' 0 pass 'main.version=v1.2.3 ' "${source[@]}" "$pass" GITHUB_ACTION_REF=v1.2.3
expect 'built, of a commit' 0 pass 'main.commit=0123456789012345678901234567890123456789 ' "${source[@]}" "$pass" \
	GITHUB_ACTION_REF=0123456789012345678901234567890123456789
expect 'built, of a branch with a space' 0 pass 'main.version=dev ' "${source[@]}" "$pass" GITHUB_ACTION_REF='a -X main.commit=b'
expect 'an old Go' 3 error $'go1.20\ninstall it in a step before this one' "${source[@]}" "FAKE_BUILD=$work/none"
expect 'no such binary' 2 error 'names no program' "INPUT_BINARY=$work/none"
expect 'a binary of two lines' 2 error 'more than one line' "INPUT_BINARY=$work/bin/standin"$'\n--observe'
cp "$work/bin/standin$exe" "$work/go/defectgate$exe"
expect 'the one on PATH' 0 pass '[check]' INPUT_BINARY=path "PATH=$work/go:$PATH" "$pass"
expect 'none on PATH' 2 error 'names no program' INPUT_BINARY=path
