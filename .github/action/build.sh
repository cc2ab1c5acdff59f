# Sourced by run.sh: a program from the source that this action came with. Pinning the action by commit pins what runs.

build() {
	local wanted version=${GITHUB_ACTION_REF:-dev} commit=''
	wanted=$(awk '$1 == "go" { print $2 }' <"$here/../../go.mod")
	if ! type -P go >/dev/null; then
		refuse 3 "this runner has no Go, and there is nothing to run without it" \
			"install Go $wanted or newer in a step before this one, use a release of the action, or name a defectgate with the input \"binary\""
	fi
	if [[ ! $version =~ ^[A-Za-z0-9][A-Za-z0-9._/-]*$ ]]; then
		version=dev
	fi
	if [[ $version =~ ^[0-9a-f]{40}$ ]]; then
		commit=$version
	fi
	program=$work/program/defectgate$(go env GOEXE)
	# With the flags of `make build`, for the same bytes.
	if ! (cd "$here/../.." && GOWORK=off GOFLAGS='' CGO_ENABLED=0 go build -trimpath -buildvcs=false -pgo=.ci/bench/commands.pgo \
		-ldflags "-s -w -X main.version=$version -X main.commit=$commit -buildid=" -o "$program" ./cmd/defectgate) >&2; then
		refuse 3 "defectgate cannot be built by this runner's Go, $(go env GOVERSION)" \
			"it takes Go $wanted or newer and the modules of go.mod; install it in a step before this one, or name a defectgate with the input \"binary\""
	fi
}
