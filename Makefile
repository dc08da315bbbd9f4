# Mawid. `make help` lists what can be made.
GO      ?= go
GOTEST  ?= $(GO) test -race -timeout 45m -json
# Simulations that are smaller under the race detector, and run once more at full size.
LARGE   = ^(TestASeason|TestThreeYearsOfFiles)$$
# Tests in Chromium run once, without the race detector: see internal/browsertest.
BROWSER = Browser
# The longest begin first, so that none is left alone at the end.
LONGEST = ./scheduler ./cmd/mawid ./api/web
STATICCHECK = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     = $(GO) run mvdan.cc/gofumpt@v0.12.0

.DEFAULT_GOAL := help

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

build: ## build ./mawid
	CGO_ENABLED=0 $(GO) build -trimpath -o mawid ./cmd/mawid

run: ## start Mawid on the sample of Safi
	$(GO) run ./cmd/mawid serve

test: ## install what tests need, run every test on SQLite and PostgreSQL
	./internal/testdb/need.sh
	./internal/testdb/run.sh $(GOTEST) -skip '$(BROWSER)' $(LONGEST) ./...
	./internal/testdb/run.sh $(GO) test -timeout 45m -json -run '$(LARGE)|$(BROWSER)' ./api/web ./internal/browsertest ./notifier ./scheduler

fast: ## the tests without the race detector
	./internal/testdb/need.sh
	./internal/testdb/run.sh $(GO) test -json ./...

lint: ## gofumpt, vet, staticcheck
	@out=$$($(GOFUMPT) -l .); if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(STATICCHECK) ./...

format: ## write every file as gofumpt wants it
	$(GOFUMPT) -w .

bench: build ## bookings per second against a bare transaction
	./mawid bench

pictures: ## draw the README's pictures anew
	$(GO) test ./api/web -run '^TestThePicturesInABrowser$$' -count=1 -pictures ../../docs/pictures

clean: ## remove what was built
	rm -f mawid

.PHONY: help build run test fast lint format bench pictures clean
