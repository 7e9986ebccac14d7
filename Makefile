# Tools are pinned here and nowhere else.
GOLANGCI_LINT_VERSION = v2.15.0
GORELEASER_VERSION    = v2.16.0
GOVULNCHECK_VERSION   = v1.9.0

GO       ?= go
FUZZTIME ?= 5s
BIN      := bin
GOTOOLS  := $(CURDIR)/$(BIN)/tools
LDFLAGS  := -s -w -buildid=

.DEFAULT_GOAL := build
.PHONY: build test test-race vet lint fmt docs pictures check bench bench-peers bench-live bench-go sarif-validate e2e test-browser soak fuzz laws vuln release release-check release-snapshot new-check clean

build: ## build bin/ztagent
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN)/ztagent ./cmd/ztagent

test: ## all tests
	$(GO) test ./...

test-race: ## all tests under the race detector
	$(GO) test -race ./...

vet:
	$(GO) vet ./...

$(GOTOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	GOBIN=$(GOTOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(GOTOOLS)/golangci-lint $@

lint: $(GOTOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## static analysis and format
	$< run ./...

fmt: $(GOTOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## format the code
	$< fmt ./...

$(GOTOOLS)/govulncheck-$(GOVULNCHECK_VERSION):
	GOBIN=$(GOTOOLS) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(GOTOOLS)/govulncheck $@

vuln: $(GOTOOLS)/govulncheck-$(GOVULNCHECK_VERSION) ## known vulnerabilities, where their database can be reached
	scripts/vuln.sh $<

docs: ## regenerate docs made from metadata, fixtures and golden files
	$(GO) test ./checks ./cmd/ztagent ./report ./internal/archtest ./internal/synth -update

laws: ## the laws of the verdicts, on every mutant of every case, fixture and generated tenant
	ZTAGENT_LAWS=full GOMEMLIMIT=2GiB $(GO) -C checks test -count=1 -timeout 3h -run 'Laws|Deprivation|NoGain|Messy'

fuzz: ## every fuzz target there is, each for FUZZTIME (5s; 1m in the long form)
	GO='$(GO)' scripts/fuzz.sh $(FUZZTIME)

# One seed for both, printed, so that SOAK_SEED= and SOAK_ROUNDS= repeat a run.
SOAK_SEED   := $(or $(SOAK_SEED),$(shell date +%s))
SOAK_ROUNDS ?= 400
SOAK_KILLS  ?= 40

soak: ## collecting and auditing in random faults, interruptions and kills (SOAK_SEED=, SOAK_ROUNDS=, SOAK_KILLS=)
	SOAK_SEED=$(SOAK_SEED) SOAK_ROUNDS=$(SOAK_ROUNDS) $(GO) -C internal/graph test -count=1 -timeout 3h -run '^TestSoak$$'
	SOAK_SEED=$(SOAK_SEED) SOAK_ROUNDS=$(SOAK_ROUNDS) SOAK_KILLS=$(SOAK_KILLS) $(GO) -C cmd/ztagent test -count=1 -timeout 3h -run '^TestSoak'

pictures: build ## the README's picture of the HTML report (Chromium)
	scripts/pictures.sh $(BIN)/ztagent

bench: build ## the whole audit on generated tenants: time, memory, goals
	scripts/bench.sh $(BIN)/ztagent

bench-peers: build ## three rules by ztagent, OPA, DuckDB (npm) and jq on the same files
	scripts/bench-peers.sh $(BIN)/ztagent

bench-live: ## collecting from a slow server that keeps Graph's limits (Linux)
	ZTAGENT_LIVE_AGENTS=$${BENCH_SIZES:-1000,10000,50000} $(GO) test ./internal/graph -run '^$$' -bench Live -benchtime 1x -timeout 60m

bench-go: ## the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./internal/... ./report/... ./checks/... ./cmd/...

e2e: build ## the real command on a fixture: exit status, JSON, SARIF
	scripts/e2e.sh $(BIN)/ztagent

sarif-validate: build ## SARIF through Microsoft's SARIF Multitool (npm)
	mkdir -p $(BIN)/sarif
	$(BIN)/ztagent audit -q --snapshot fixtures/contoso -f sarif -o $(BIN)/sarif/github.sarif --fail-on never --unknown ignore
	$(BIN)/ztagent audit -q --snapshot fixtures/contoso -f sarif -o $(BIN)/sarif/full.sarif --sarif-profile full --fail-on never --unknown ignore
	scripts/sarif-validate.sh $(BIN)/sarif/github.sarif $(BIN)/sarif/full.sarif

test-browser: ## the HTML report in headless Chromium, by axe-core too (npm)
	$(GO) test -tags browser -run Browser ./report

new-check: ## scaffold a check: make new-check NAME=agent-badge
	@test -n "$(NAME)" || { echo "usage: make new-check NAME=agent-badge" >&2; exit 2; }
	@$(GO) run ./internal/newcheck checks $(NAME)

check: vet lint test e2e ## everything a change must pass

clean:
	rm -rf $(BIN) dist

$(GOTOOLS)/goreleaser-$(GORELEASER_VERSION):
	GOBIN=$(GOTOOLS) $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
	mv $(GOTOOLS)/goreleaser $@

release-check: $(GOTOOLS)/goreleaser-$(GORELEASER_VERSION) ## check the release configuration
	$< check

# What is not installed is left out: SBOMs want syft, images docker buildx.
release-snapshot: $(GOTOOLS)/goreleaser-$(GORELEASER_VERSION) ## build a release without publishing it
	skip=sign; command -v syft >/dev/null || skip=$$skip,sbom; \
	docker buildx version >/dev/null 2>&1 || skip=$$skip,docker; \
	$< release --snapshot --clean --skip=$$skip

release: $(GOTOOLS)/goreleaser-$(GORELEASER_VERSION) ## publish the release of the tag that is checked out
	$< release --clean
