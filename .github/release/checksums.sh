#!/usr/bin/env bash
# checksums.sh FOLDER prints .github/action/checksums.txt for the archives of a release: the SHA-256 of each, and of the program in it, which is what
# an installed program is checked by on each use.
set -euo pipefail

digest() {
	if type -P sha256sum >/dev/null; then
		sha256sum | cut -d ' ' -f 1
	else
		shasum -a 256 | cut -d ' ' -f 1
	fi
}

cd "$1"
printf '# The SHA-256 of the archives of the release that this tree is, and of the programs in them.\n'
for archive in defectgate_v*.tar.gz; do
	program=defectgate
	if [[ $archive == *_windows_* ]]; then
		program=defectgate.exe
	fi
	whole=$(digest <"$archive")
	inside=$(tar -xzOf - "$program" <"$archive" | digest)
	printf '%s  %s\n%s  %s/%s\n' "$whole" "$archive" "$inside" "${archive%.tar.gz}" "$program"
done
