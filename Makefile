# What developers and checks run. Needs Go, make and git; `make` alone lists the targets.

VERSION ?= $(shell git describe --tags --always --abbrev=12 --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --verify --quiet HEAD)
FUZZTIME ?= 20s

TOOLS := bin/tools
PROFILE := .ci/bench/commands.pgo
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -buildid=

.DELETE_ON_ERROR:
.PHONY: help build demo test sigstore lint race e2e fuzz fakes bench profile reproducible clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

build: ## build bin/defectgate: static, stripped, the same bytes for the same commit, tags and Go
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -pgo=$(PROFILE) -ldflags "$(LDFLAGS)" -o bin/defectgate ./cmd/defectgate

demo: build ## see a build fail, and pass once its defect is fixed
	@sh examples/quickstart/demo.sh bin/defectgate

test: ## run all tests; installs what they need where apt may
	@sh .ci/need git=git unshare=util-linux initdb=postgresql curl=curl
	@bash .github/action/test.sh
	go test ./... ./.ci/workflowlint

sigstore: ## have other people's code verify our bundles, statements and proofs; fetches many modules
	cd gate/ledger/sigstoretest && go test -count=1 ./...

lint: $(TOOLS)/golangci-lint $(TOOLS)/actionlint ## check style, formatting, workflows and modules
	$(TOOLS)/golangci-lint run ./... ./.ci/workflowlint ./.ci/e2e
	$(TOOLS)/actionlint
	@sh .ci/examples "$(CURDIR)/$(TOOLS)/actionlint"
	go run ./.ci/workflowlint action.yml .github/workflows/*.yml examples/github/*.yml
	go mod verify
	go mod tidy -diff
	@cd gate/ledger/sigstoretest && go list -m all >/dev/null || { echo 'sigstoretest needs what the main module needs: make sigstore GOFLAGS=-mod=mod' >&2; exit 1; }

race: ## run all tests under the race detector; installs gcc where apt may
	@sh .ci/need gcc=gcc,libc6-dev
	CGO_ENABLED=1 go test -race -timeout 30m ./...

e2e: build $(TOOLS)/act ## run the example workflows with the real action on a fake GitHub
	@sh .ci/need git=git
	DEFECTGATE_E2E="$(CURDIR)/bin" go test -count=1 -timeout 10m ./.ci/e2e

fakes: ## cut GitHub's descriptions for the fake GitHub of the tests; needs npm
	go run ./.ci/fakes

fuzz: ## run every fuzz target for FUZZTIME (20s)
	@sh .ci/fuzz $(FUZZTIME)

bench: build $(TOOLS)/opa ## measure the gate beside `opa eval`
	go run ./.ci/bench -defectgate bin/defectgate -opa $(TOOLS)/opa

profile: ## write down where the commands spend their time, for the compiler
	@sh .ci/profile $(PROFILE)

reproducible: build ## build again elsewhere, without any cache, and compare
	@VERSION="$(VERSION)" COMMIT="$(COMMIT)" sh .ci/reproducible bin/defectgate

clean: ## remove what was built
	rm -rf bin

# The linter's module is .ci/tools itself; the other tools have a folder each, so that none changes what another is built from.
$(TOOLS)/golangci-lint: .ci/tools/go.mod .ci/tools/go.sum
	cd $(<D) && CGO_ENABLED=0 go build -trimpath -o "$(CURDIR)/$@" tool

$(TOOLS)/act $(TOOLS)/actionlint $(TOOLS)/opa: $(TOOLS)/%: .ci/tools/%/go.mod .ci/tools/%/go.sum
	cd $(<D) && CGO_ENABLED=0 go build -trimpath -o "$(CURDIR)/$@" tool
