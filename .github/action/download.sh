# Sourced by run.sh: an archive of a release becomes a program, or nothing does.

releases=https://github.com/defectgate/defectgate/releases/download

# download fetches the archive and unpacks the program.
download() {
	local from=${INPUT_MIRROR:-$releases/$version} whole=$work/program/archive
	if ! fetch "${from%/}/$archive" "$whole"; then
		refuse 3 "$archive cannot be had" "let this runner reach github.com, or set one of the inputs \"mirror\" and \"binary\""
	fi
	if ! matches "$whole" "$packed"; then
		refuse 3 "$archive is not the one that this action has the digest of, and was not unpacked" \
			"try again; if it stays so, whatever it came from was changed: report it to the project before you use it"
	fi
	# By standard input, because tar takes the colon of a Windows path for that of a host; and to standard output, so that it makes no other file.
	if ! tar -xzOf - "$file" <"$whole" >"$program" || ! matches "$program" "$unpacked"; then
		refuse 3 "$archive does not hold the $file that it should" "see that the disk is not full, and that tar and gzip are installed"
	fi
	rm -f "$whole"
}

# fetch FROM FILE copies from a folder, or downloads within four minutes. It follows no redirection to something that is not https.
fetch() {
	case $1 in
	https://*)
		curl --disable --fail --silent --show-error --location --globoff --proto '=https' --proto-redir '=https' --tlsv1.2 \
			--connect-timeout 10 --max-time 120 --retry 3 --retry-delay 1 --retry-max-time 120 --max-filesize 209715200 --output "$2" --url "$1"
		;;
	*://*)
		refuse 2 'the input "mirror" is neither an https address nor a folder' 'name the folder or the address that has the archives of the release'
		;;
	*) cp -- "$1" "$2" ;;
	esac
}

# matches FILE DIGEST tells whether a file has a SHA-256. Where no program can say, it has not.
matches() {
	local sum
	sha256 "$1"
	[[ $sum == "$2" ]]
}

# sha256 FILE fills sum. openssl comes first: it uses what the processor has for this, and takes a fourth of the time of sha256sum.
sha256() {
	local tool said
	for tool in openssl sha256sum shasum certutil; do
		type -P "$tool" >/dev/null || continue
		case $tool in
		openssl) said=$(openssl dgst -sha256 -r <"$1") ;;
		sha256sum) said=$(sha256sum <"$1") ;;
		shasum) said=$(shasum -a 256 <"$1") ;;
		certutil) said=$(certutil -hashfile "$1" SHA256) && said=${said#*$'\n'} ;; # its first line names the file
		esac || continue
		sum=${said%%[!0-9a-f]*}
		if [[ $sum =~ ^[0-9a-f]{64}$ ]]; then
			return
		fi
	done
	sum=''
}
