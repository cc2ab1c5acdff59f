# Sourced by test.sh: inputs become flags, and nothing else.

expect 'reports are last, one on each line' 0 pass $'[--]\n[a b.json]\n[trivy=$(touch x).json]\n[*.json]\n[-q]' "$standin" "$pass" \
	INPUT_REPORTS=$'a b.json\n\ntrivy=$(touch x).json\r\n*.json\n-q\n'
expect 'flags' 0 pass $'[check]\n[--config=a b.yaml]\n[--environment=-x]\n[--artifact=i@sha256:0]\n[--keys=k]\n[--cache=c]
[--baseline=auto]\n[--base=main]\n[--branch=b]\n[--checkpoint=p]\n[--run-id=1]\n[--timeout=1m]\n[--format=json]
[--disclosure=internal]' "$standin" "$pass" \
	'INPUT_CONFIG=a b.yaml' INPUT_ENVIRONMENT=-x INPUT_ARTIFACT=i@sha256:0 INPUT_KEYS=k INPUT_CACHE=c INPUT_BASELINE=auto \
	INPUT_BASE=main INPUT_BRANCH=b INPUT_CHECKPOINT=p INPUT_RUN_ID=1 INPUT_TIMEOUT=1m INPUT_FORMAT=json INPUT_DISCLOSURE=internal
expect 'flags that repeat' 0 pass $'[--policy=p]\n[--policy=q r]\n[--exceptions=e]\n[--exceptions=f]\n[--statements=openvex=v]\n[--signals=s]
[--feed=kev=k]\n[--limit=raw=4GiB]\n[--alerts=dependabot]\n[--output=vsa=o p.json]' "$standin" "$pass" \
	INPUT_POLICY=$'p\nq r' INPUT_EXCEPTIONS=$'e\r\nf' INPUT_STATEMENTS=openvex=v \
	INPUT_SIGNALS=s INPUT_FEED=kev=k INPUT_LIMIT=raw=4GiB INPUT_ALERTS=dependabot 'INPUT_OUTPUT=vsa=o p.json'
expect 'switches' 0 pass $'[--observe]\n[--keep-reports]\n[--quiet]\n[--verbose]' "$standin" "$pass" \
	INPUT_OBSERVE=true INPUT_KEEP_REPORTS=true INPUT_QUIET=true INPUT_VERBOSE=true
expect 'observe: maybe' 2 error 'neither true nor false' "$standin" INPUT_OBSERVE=maybe
expect 'where to publish' 0 pass $'[--publish=outputs]\n[--publish=summary]\n[--publish=check]' "$standin" "$pass" INPUT_PUBLISH=$'summary \n check'
expect 'nowhere to publish' 0 pass '[--publish=outputs]' "$standin" "$pass" INPUT_PUBLISH=
expect 'no word to publish' 2 error 'no list of words' "$standin" INPUT_PUBLISH='summary --observe'
expect 'files that the outputs name' 0 pass $'[--output=json=\n/decision.json]\n[--output=bundle=\n/decision.bundle.json]\n[--output=sarif=' \
	"$standin" "$pass"
holds 'a proof, where there is one' grep -q output=proof "$work/printed"
holds 'and the checkpoint with it' grep -q "keep-checkpoint=$work/temp/defectgate/checkpoint" "$work/printed"
expect 'no ledger' 0 pass '[check]' "$standin" "$pass" INPUT_LEDGER=none
lacks 'no proof of none' grep -q -e output=proof -e keep-checkpoint "$work/printed"

expect 'two lines where one is meant' 2 error 'the input "config" has more than one line' "$standin" INPUT_CONFIG=$'a\nb'
for name in CONFIG POLICY EXCEPTIONS ARTIFACT REPORTS KEYS BASELINE; do
	expect "an empty $name" 2 error "the input \"$(tr A-Z a-z <<<"$name")\" is empty" "$standin" "INPUT_$name= "
done
expect 'inputs left out' 0 pass '[check]' "$standin" "$pass" \
	'INPUT_POLICY=(none)' 'INPUT_ARTIFACT=(none)' 'INPUT_REPORTS=(none)' 'INPUT_KEYS=(none)' 'INPUT_LEDGER=(none)'
lacks 'nothing of them' grep -q 'none' "$work/printed"
expect 'an unknown command' 2 error 'names no command of this action' "$standin" INPUT_COMMAND='exception grant'
expect 'a comment' 0 '' $'[comment]\n[--config=c]\n[--keys=k]\n[--log-key=env:DEFECTGATE_LOG_KEY]\n{DEFECTGATE_SIGNOFF_TOKEN=t}' \
	"$standin" INPUT_COMMAND=comment INPUT_CONFIG=c INPUT_KEYS=k DEFECTGATE_LOG_KEY=pem DEFECTGATE_SIGNOFF_TOKEN=t INPUT_PUBLISH=summary
holds 'the checkpoint that it leaves' grep -q "^checkpoint=$work/temp/defectgate/checkpoint\$" <<<"$told"
lacks 'a comment has no outputs of a check' grep -q -e '--output' -e '--publish' -e '\[--\]' "$work/printed"
expect 'a comment that fails' 3 '' '[comment]' "$standin" INPUT_COMMAND=comment FAKE_CODE=3
holds 'leaves its checkpoint too' tells checkpoint=
expect 'a comment for a database' 0 '' '[comment]' "$standin" INPUT_COMMAND=comment INPUT_LEDGER=sqlite:l.db
lacks 'leaves none' tells checkpoint=
expect 'a comment of which nothing is recorded' 0 '' '[comment]' "$standin" INPUT_COMMAND=comment FAKE_FILES=none
lacks 'no checkpoint' tells checkpoint=
expect 'a check that calls itself a comment' 2 error 'the input "reports" is not for the command comment' \
	"$standin" INPUT_COMMAND=comment INPUT_REPORTS=r.json
expect 'observing while syncing' 2 error 'the input "observe" is not for the command sync' "$standin" INPUT_COMMAND=sync INPUT_OBSERVE=true

pem=$'-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n'
expect 'keys go by variables' 0 pass $'[--key=env:DEFECTGATE_KEY]\n[--log-key=env:DEFECTGATE_LOG_KEY]\n{DEFECTGATE_KEY=-----BEGIN PRIVATE KEY-----' \
	"$standin" "$pass" "DEFECTGATE_KEY=$pem" "DEFECTGATE_LOG_KEY=$pem"
expect 'and what hides secrets' 0 pass '{DEFECTGATE_SECRET_KEY=random}' "$standin" "$pass" DEFECTGATE_SECRET_KEY=random
expect 'a ledger goes by a variable' 0 pass $'{DEFECTGATE_LEDGER=postgres://u:secret@h/d}\n[--output=proof=' \
	"$standin" "$pass" INPUT_LEDGER=postgres://u:secret@h/d
lacks 'and not by a flag' grep -q -- '--ledger' "$work/printed"
expect 'a ledger that suits the repository' 0 pass '{DEFECTGATE_LEDGER=auto}' "$standin" "$pass"
expect 'auto leaves the variable of the job' 0 pass '{DEFECTGATE_LEDGER=none}' "$standin" "$pass" INPUT_LEDGER=auto DEFECTGATE_LEDGER=none
lacks 'no proof of that one either' grep -q output=proof "$work/printed"
expect 'an empty ledger' 2 error 'the input "ledger" is empty' "$standin" INPUT_LEDGER=
expect 'a pull request of a fork still gates' 1 fail '[--publish=outputs]' "$standin" FAKE_VERDICT=fail FAKE_CODE=1 \
	DEFECTGATE_KEY= DEFECTGATE_LOG_KEY= DEFECTGATE_SIGNOFF_TOKEN= DEFECTGATE_SECRET_KEY= GITHUB_TOKEN= INPUT_LEDGER= GITHUB_EVENT_NAME=pull_request
lacks 'and takes no empty secret for one' grep -q -e 'TOKEN' -e 'KEY' -e 'key=' "$work/printed"
holds 'its ledger suits the repository' prints '{DEFECTGATE_LEDGER=auto}'

# What somebody else wrote into an input stays one argument of its flag: it is not run, and becomes no flag.
rm -f "$work/ran"
evil="\$(touch $work/ran)\`touch $work/ran\`; touch $work/ran & --observe \"'"
for name in config environment artifact keys cache baseline base branch checkpoint run-id timeout format disclosure policy exceptions \
	statements signals feed alerts limit output reports ledger; do
	variable=INPUT_$(tr a-z- A-Z_ <<<"$name")
	for value in "$evil" --observe; do
		try "$standin" "$pass" "$variable=$value"
		case $name in
		reports) holds "$name is an argument" prints "[$value]" ;;
		ledger) holds "$name is a variable" prints "{DEFECTGATE_LEDGER=$value}" ;;
		*) holds "$name is an argument" prints "[--$name=$value]" ;;
		esac
		if [[ $name != reports ]]; then
			lacks "$name smuggles no flag" prints '[--observe]'
		else
			holds "$name stand behind --" grep -qxF -- "[$value]" <(sed '1,/^\[--\]$/d' "$work/printed")
		fi
	done
done
for name in COMMAND OBSERVE KEEP_REPORTS QUIET VERBOSE PUBLISH BINARY MIRROR; do
	try "$standin" "$pass" "INPUT_$name=$evil"
done
lacks 'nothing was run' test -e "$work/ran"
