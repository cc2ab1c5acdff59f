# Sourced by test.sh: archives that come by HTTPS, with the curl of this machine.

"$work/bin/mirror" "$releases" "$work/state" &
server=$!
for _ in {1..100}; do
	[[ -e $work/state/address ]] && break
	sleep 0.1
done
address=$(<"$work/state/address")
web=("${runner[@]:0:3}" "CURL_CA_BUNDLE=$work/state/certificate" NO_PROXY=127.0.0.1)
expect 'downloaded' 0 pass '[check]' "${web[@]}" "INPUT_MIRROR=$address/good"
expect 'downloaded, with a slash too many' 0 pass '[check]' "${web[@]}" "INPUT_MIRROR=$address/good/"
expect 'moved' 0 pass '[check]' "${web[@]}" "INPUT_MIRROR=$address/moved"
expect 'moved to where anybody can read and write' 3 error 'cannot be had' "${web[@]}" "INPUT_MIRROR=$address/plain"
expect 'busy at first' 0 pass '[check]' "${web[@]}" "INPUT_MIRROR=$address/busy"
expect 'cut on the way' 3 error 'cannot be had' "${web[@]}" "INPUT_MIRROR=$address/cut"
expect 'not there' 3 error $'404\ncannot be had\nset one of the inputs' "${web[@]}" "INPUT_MIRROR=$address/none"
expect 'a certificate of nobody' 3 error 'cannot be had' "${runner[@]:0:3}" NO_PROXY=127.0.0.1 "INPUT_MIRROR=$address/good"
expect 'plain HTTP' 2 error 'neither an https address nor a folder' "${web[@]}" "INPUT_MIRROR=http://${address#*://}/good"
expect 'no curl' 3 error 'cannot be had' "${web[@]}" "INPUT_MIRROR=$address/good" "PATH=$work/nothing:$work/only-openssl"

# Without a mirror, from where releases are.
mkdir "$work/curl"
printf '#!/usr/bin/env bash\nprintf "<%%s>\\n" "$@"\nexit 6\n' >"$work/curl/curl"
chmod +x "$work/curl/curl"
expect 'from the release' 3 error "<https://github.com/defectgate/defectgate/releases/download/v9.9.9/$archive>"$'\n<--max-time>\n<--proto-redir>' \
	"${runner[@]:0:3}" "PATH=$work/curl:$PATH" GITHUB_SERVER_URL=https://ghes.example
