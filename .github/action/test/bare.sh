# Sourced by test.sh: runners on which something is missing.

mkdir "$work/nothing"
for tool in bash env mkdir od awk rm; do
	ln -s "$(type -P "$tool")" "$work/nothing/$tool"
done
expect 'no Go' 3 error $'this runner has no Go\nuse a release of the action' INPUT_BINARY=source "PATH=$work/nothing"
expect 'no archive and no Go' 3 error 'this runner has no Go' RUNNER_OS=Linux RUNNER_ARCH=X86 "PATH=$work/nothing" "$folder"
expect 'a runner without a name' 3 error 'has no release for ? ?' "PATH=$work/nothing" "$folder"

# The programs that can say a digest, each alone.
for tool in openssl sha256sum shasum; do
	path=$work/only-$tool
	mkdir "$path"
	for each in bash env mkdir od rm cp mv tar gzip chmod "$tool" perl; do
		if type -P "$each" >/dev/null; then
			ln -s "$(type -P "$each")" "$path/$each"
		fi
	done
	if [[ -e $path/$tool ]]; then
		expect "the digest by $tool" 0 pass '[check]' "${runner[@]:0:3}" "PATH=$path" "$folder"
		changed "$archive"
		expect "another digest by $tool" 3 error 'was not unpacked' "${runner[@]:0:3}" "PATH=$path" "$folder"
		restored
	fi
done
rm "$path/$tool"
expect 'no program that can say a digest' 3 error 'was not unpacked' "${runner[@]:0:3}" "PATH=$path" "$folder"
cat >"$path/certutil" <<'FAKE'
#!/usr/bin/env bash
sum=$(PATH=$FAKE_PATH sha256sum <"$2")
printf 'SHA256 hash of %s/%s:\n%s\nCertUtil: -hashfile command completed successfully.\n' "$FAKE_OTHER" "$2" "${sum%% *}"
FAKE
chmod +x "$path/certutil"
if type -P sha256sum >/dev/null; then
	expect 'the digest by certutil' 0 pass '[check]' "${runner[@]:0:3}" "PATH=$path" "FAKE_PATH=$PATH" "FAKE_OTHER=$(printf '0%.0s' {1..64})" "$folder"
fi
