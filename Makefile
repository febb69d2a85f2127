# What can be done here. `make` alone prints this list.

WEB      := web
CACHE    := .cache
BIN      := $(CACHE)/bin
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
GOBUILD  := CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)"
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

GOLANGCI := v2.14.0
GOFUMPT  := v0.12.0
VULN     := v1.3.0

# Every source the page is built from; node_modules and the build itself are not among them.
PAGE_SOURCES := $(shell find $(WEB) -type f \( -path '$(WEB)/src/*' -o -path '$(WEB)/public/*' -o -path '$(WEB)/scripts/*' \) 2>/dev/null) \
	$(WEB)/index.html $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/vite.config.ts $(WEB)/tsconfig.json

.DEFAULT_GOAL := help
.PHONY: help run dev build page test test-go test-pg test-web e2e lint lint-go fmt generate verify verify-generated bench proof proof-faults proof-claims proof-access vuln size release clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## build everything and start it on http://127.0.0.1:8088, data in ./data
	./genjin serve

dev: $(WEB)/node_modules/.package-lock.json ## page with hot reload on http://127.0.0.1:5173, server on 8088
	@trap 'kill 0' EXIT INT TERM; go run ./cmd/genjin serve & \
	cd $(WEB) && GENJIN_API=http://127.0.0.1:8088 npm run dev

build: page ## the program with the page inside: ./genjin
	$(GOBUILD) -o genjin ./cmd/genjin

page: $(WEB)/dist/index.html ## the page alone: web/dist

$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(PAGE_SOURCES)
	cd $(WEB) && npm run build

# `npm install` and not `npm ci`: the lock file names one platform's optional binaries.
$(WEB)/node_modules/.package-lock.json: $(WEB)/package.json $(WEB)/package-lock.json
	cd $(WEB) && npm install --no-audit --no-fund
	@touch $@

test: ## every test there is; installs what they need; the last line counts them
	go run ./scripts/test

test-go: ## Go tests on SQLite, with the race detector where time allows
	go run ./scripts/test sqlite

test-pg: ## Go tests on PostgreSQL, on a server of their own
	go run ./scripts/test postgres

test-web: ## the page: unit tests, lint, types, size budget
	go run ./scripts/test page

e2e: ## flows in a real browser against the real program
	go run ./scripts/test browser

lint: lint-go ## what the house rules forbid, in Go and in the page
	cd $(WEB) && npm run lint

lint-go: $(BIN)/golangci-lint-$(GOLANGCI)
	$< run ./...

$(BIN)/golangci-lint-$(GOLANGCI):
	GOBIN=$(abspath $(BIN)) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv $(BIN)/golangci-lint $@

fmt: $(BIN)/gofumpt-$(GOFUMPT) ## format Go (gofumpt) and the page (biome)
	$< -w cmd internal scripts bench $(wildcard $(WEB)/*.go)
	cd $(WEB) && npm run format

$(BIN)/gofumpt-$(GOFUMPT):
	GOBIN=$(abspath $(BIN)) go install mvdan.cc/gofumpt@$(GOFUMPT)
	mv $(BIN)/gofumpt $@

generate: ## docs/openapi.json from the Go types, the page's types from it
	go run ./cmd/genjin openapi >docs/openapi.json
	cd $(WEB) && npm run gen

verify: verify-generated ## modules, generated files and formatting are as they should be
	go mod verify
	go mod tidy -diff
	go vet ./...

verify-generated:
	go run ./cmd/genjin openapi | cmp - docs/openapi.json

bench: ## speed, as ratios to a bare server doing the same query
	go run ./bench/limit
	go run ./bench/import
	go run ./bench/sweep
	go run ./bench/reports

proof: proof-faults proof-claims proof-access ## the tests at length: faults, races, and who sees and does what

proof-faults: ## clients at work while the server is killed 60 times
	GENJIN_PROOF=60 go test -count=1 -timeout 60m -v -run 'Kill|Survive|Acknowledged|Stop|Neither|SpeakOnce' ./internal/cli ./internal/sqldb ./internal/job ./internal/importer ./internal/deliver ./internal/obligation

proof-claims: ## 1,000 rounds of 50 claims at once: one gets it, and no limit is passed, on both databases
	GENJIN_RACES=1000 go test -count=1 -timeout 2h -v -run 'OneOfManyClaims|RacingClaims' ./internal/crm
	GENJIN_RACES=1000 GENJIN_TEST_DB=postgres go test -count=1 -timeout 4h -v -run 'OneOfManyClaims|RacingClaims' ./internal/crm

proof-access: ## the permission matrix, every case, on both databases; 20,000 fuzzed requests; and with holes made on purpose
	GENJIN_MATRIX=full GENJIN_PROOF=20000 go test -count=1 -timeout 4h -v ./internal/matrix
	GENJIN_MATRIX=full GENJIN_PROOF=20000 GENJIN_TEST_DB=postgres go test -count=1 -timeout 4h -v -skip TestHolesAreFound ./internal/matrix

vuln: $(BIN)/govulncheck-$(VULN) ## known weaknesses in what the program calls; VULNDB=file:///folder asks a copy
	$< $(if $(VULNDB),-db $(VULNDB)) ./...

$(BIN)/govulncheck-$(VULN):
	GOBIN=$(abspath $(BIN)) go install golang.org/x/vuln/cmd/govulncheck@$(VULN)
	mv $(BIN)/govulncheck $@

size: build ## how large the program and the page are
	@ls -l genjin | awk '{ printf "genjin  %.1f MB\n", $$5 / 1048576 }'
	@cd $(WEB) && npm run --silent budget

release: page ## programs for all platforms in dist/, with their SHA-256
	@mkdir -p dist
	@for p in $(PLATFORMS); do \
		os=$${p%/*}; arch=$${p#*/}; ext=; [ $$os = windows ] && ext=.exe; \
		out=dist/genjin_$(VERSION)_$${os}_$$arch$$ext; echo $$out; \
		GOOS=$$os GOARCH=$$arch $(GOBUILD) -o $$out ./cmd/genjin || exit 1; \
	done
	cd dist && sha256sum genjin_* >SHA256SUMS

clean: ## remove what was built; data stays
	rm -rf genjin genjin.exe dist $(CACHE) $(WEB)/node_modules
	find $(WEB)/dist -mindepth 1 ! -name .gitkeep -delete
