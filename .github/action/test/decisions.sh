# Sourced by test.sh: how defectgate ended is how the step ends.

mkdir -p "$work/second/defectgate"
printf 'old' | tee "$work/second/defectgate/decision.bundle.json" >"$work/second/defectgate/decision.json"
id=decision-id=$(printf '0a%.0s' {1..32})
expect 'a pass' 0 pass '[check]' "$standin" FAKE_VERDICT=pass
holds 'its id' tells "$id"
expect 'a failed check' 1 fail '[check]' "$standin" FAKE_VERDICT=fail FAKE_CODE=1 INPUT_LEDGER=none
holds 'its violations' tells violations=2
for output in bundle=decision.bundle.json sarif=defectgate.sarif; do
	holds "the file of ${output%%=*}" test -s "$(sed -n "s/^${output%%=*}=//p" <<<"$told")"
	holds "the path of ${output%%=*}" grep -q "^${output%%=*}=$work/temp/defectgate/${output#*=}\$" <<<"$told"
done
lacks 'no receipt' tells receipt=
holds 'the folder' tells "folder=$work/temp/defectgate"
holds 'has the decision' test -s "$work/temp/defectgate/decision.json"
expect 'a receipt' 0 pass '[check]' "$standin" "$pass" INPUT_LEDGER=sqlite:l.db
holds 'the file of receipt' tells receipt=
expect 'an empty file is none' 0 pass '[check]' "$standin" "$pass" FAKE_EMPTY=bundle
lacks 'no bundle' tells bundle=
expect 'a second step' 3 error '[check]' "$standin" FAKE_CODE=3 FAKE_FILES=none "RUNNER_TEMP=$work/second"
lacks 'has no file of the first' grep -q "$work/second" <<<"$told"
expect 'a second step with files' 0 pass '[check]' "$standin" "$pass" "RUNNER_TEMP=$work/second"
holds 'has files of its own' grep -q "^bundle=$work/second/defectgate-[0-9a-f]*/" <<<"$told"
expect 'no files' 1 fail '[check]' "$standin" FAKE_VERDICT=fail FAKE_CODE=1 FAKE_FILES=none
lacks 'no sarif' tells sarif=

expect 'misuse' 2 error '[check]' "$standin" FAKE_CODE=2 FAKE_FILES=none
expect 'could not decide' 3 error '[check]' "$standin" FAKE_VERDICT=error FAKE_CODE=3
expect 'a crash' 139 error '[check]' "$standin" FAKE_VERDICT=pass FAKE_CODE=139
expect 'a crash of Go' 2 error '[check]' "$standin" FAKE_VERDICT=pass FAKE_CODE=2
expect 'a failed check without a verdict' 3 error 'ended with 1 and left no decision' "$standin" FAKE_CODE=1
expect 'a verdict that contradicts the exit code' 3 error 'ended with 1 and left no decision' "$standin" FAKE_VERDICT=pass FAKE_CODE=1
expect 'observed' 0 fail '[--observe]' "$standin" FAKE_VERDICT=fail INPUT_OBSERVE=true
expect 'green without observing' 3 error 'left no decision that says so' "$standin" FAKE_VERDICT=fail
expect 'no decision is no pass' 3 error $'[check]\nleft no decision that says so' "$standin"
expect 'nor under observe' 3 error '[--observe]' "$standin" INPUT_OBSERVE=true
expect 'an error is no pass' 3 error 'left no decision that says so' "$standin" FAKE_VERDICT=error
expect 'an unknown verdict' 3 error 'left no decision that says so' "$standin" FAKE_VERDICT=maybe
expect 'a program that is none' 3 error 'left no decision that says so' "INPUT_BINARY=$(type -P true)"
expect 'a verdict in the middle of another output' 3 error 'left no decision' "$standin" FAKE_TOLD=$'title<<x\nverdict=pass\nx\n'
expect 'a verdict of two lines' 3 error 'left no decision' "$standin" FAKE_TOLD=$'verdict<<x\npass\nverdict=pass\nx\n'
expect 'outputs in the short form' 0 pass '[check]' "$standin" FAKE_TOLD=$'verdict=pass\nviolations=0\nevil=1\ndecision-id=0\n'
holds 'a number' tells violations=0
lacks 'an output that nobody asked for' tells evil=
lacks 'a digest that is none' tells decision-id=

if [[ $OSTYPE != msys* && $OSTYPE != cygwin* ]]; then # there are no signals on Windows
	expect 'cancelled' 3 error 'cancelled' "$standin" FAKE_VERDICT=error FAKE_KILL=1 FAKE_CODE=3
	expect 'cancelled, and yet a pass' 3 error 'cancelled' "$standin" FAKE_VERDICT=pass FAKE_KILL=1
fi
expect 'no room' 3 error 'mkdir' "$standin" "$pass" "RUNNER_TEMP=$work/bin/standin$exe"
if [[ -e /dev/full ]]; then
	try "$standin" "$pass" GITHUB_OUTPUT=/dev/full
	holds 'a decision that cannot be told is no pass' test "$ended" -eq 3
fi
try "$standin" "$pass" INPUT_LEDGER=sqlite:l.db
for name in verdict exit-code violations decision-id bundle sarif receipt folder; do
	holds "the output $name" tells "$name="
done
lacks 'no checkpoint of what is no branch' tells checkpoint=
try "$standin" "$pass" INPUT_LEDGER=branch:defectgate
holds 'the checkpoint of a branch' tells "checkpoint=$work/temp/defectgate/checkpoint"
