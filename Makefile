# demo: build, create the demo district, run it. test: everything. Both install what is missing.
SHELL := /bin/sh
CARGO ?= cargo
DATA ?= data

.PHONY: assets demo test bench soak audit

assets:
	@sh scripts/assets

demo: assets
	@sh scripts/setup build
	$(CARGO) run --release --locked --quiet -- demo --data $(DATA)

test: assets
	@sh scripts/setup test
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	sh scripts/with-postgres sh scripts/run-tests

bench: assets
	@sh scripts/setup test
	LIANGWANG_COMMIT=$$(git rev-parse --short HEAD 2>/dev/null) $(CARGO) bench --locked --bench engine --bench http --bench policy

soak: assets
	@sh scripts/setup test
	LIANGWANG_SOUND_CASES=1000000 $(CARGO) test --locked --release -p rules --test rules
	LIANGWANG_SOUND_CASES=1000000 $(CARGO) test --locked --release -p policy --test policy sound
	LIANGWANG_FUZZ_SECONDS=180 $(CARGO) test --locked --release --test fuzz -- --nocapture
	LIANGWANG_KILLS=200 sh scripts/with-postgres $(CARGO) test --locked --release --test faults -- --nocapture
	LIANGWANG_EXAMPLES=200 sh scripts/with-postgres $(CARGO) test --locked -p web --test site schemathesis

audit:
	$(CARGO) deny check bans licenses sources
