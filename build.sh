#!/usr/bin/env bash
# Builds, runs and tests wgsmtp. Needs Go and Node; `./build.sh help` lists what
# it can do. Only what changed is built again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

version=1.0.0
tool="-X 'wgsmtp/app/ui.Tool=wgsmtp $version'"

usage() {
	cat <<-'END'
		./build.sh serve [--addr HOST:PORT]   build, and serve the page at http://127.0.0.1:8080/
		./build.sh build                      build dist/wgsmtp, which holds everything
		./build.sh site DIR                   build, and write the static site to DIR
		./build.sh test                       build, check and test everything
		./build.sh dev [--addr HOST:PORT]     serve, and build again whenever a file changes
		./build.sh bench                      sizes and times
	END
}

say() { printf '== %s\n' "$*" >&2; }

# --- what is built -----------------------------------------------------------

# Installs the npm packages that a folder's lock file names.
packages() {
	if [[ $1/package-lock.json -nt $1/node_modules/.package-lock.json ]]; then
		say "npm packages of $1"
		npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund >&2
		touch "$1/node_modules/.package-lock.json"
	fi
}

# The style sheet: Codex, from npm, and our own.
css() {
	packages static
	go run ./static/css >&2
}

# The browser program, and Go's script that starts it. web/slim says what is
# left out of go-app; the tag keeps reflect.MethodByName, and with it every
# unused method, out of the program. Nothing is inlined but in the runtime: that
# is a tenth of the compressed program, and makes no answer slower. web/slim/pack
# writes the data shorter, and leaves numbers of lines out.
wasm() {
	say 'browser program'
	mkdir -p dist static/build
	go run ./web/slim dist/slim
	GOOS=js GOARCH=wasm go build -modfile=dist/slim/go.mod -tags validator_novalidatefn \
		-gcflags=all=-l -gcflags=runtime/...= -gcflags=internal/...= -gcflags=reflect= -gcflags=syscall/js= \
		-trimpath -buildvcs=false -ldflags="-s -w $tool" -o dist/linked.wasm ./app
	go run ./web/slim/pack dist/linked.wasm dist/app.wasm >&2
	go run ./web/precompress "$@" dist/app.wasm static/build/app.wasm.br dist/brotli >&2
	local exec_js
	exec_js="$(go env GOROOT)/lib/wasm/wasm_exec.js"
	cmp -s "$exec_js" static/build/wasm_exec.js || cp "$exec_js" static/build/wasm_exec.js
	chmod u+w static/build/wasm_exec.js
}

# The program for this machine, with all of that in it.
host() {
	say 'dist/wgsmtp'
	go build -trimpath -buildvcs=false -ldflags="-s -w $tool" -o dist/wgsmtp ./web
}

build() {
	css
	wasm "$@"
	host
}

# --- tests -------------------------------------------------------------------

# What the tests run against, as "path or command:Debian package".
needs=(
	node:nodejs
	npm:npm
	php:php-cli
	/usr/share/mediawiki/index.php:mediawiki
	/usr/share/php/Auth/SASL.php:php-auth-sasl
	chromium:chromium
	nginx:nginx-light
	apache2:apache2
	openssl:openssl
	postconf:postfix
	dovecot:dovecot-core
	ip:iproute2
	unshare:util-linux
	patch:patch
	hugo:hugo
	/usr/bin/mkdocs:mkdocs
	/usr/share/php/smarty4/Smarty.class.php:smarty4
)
# The same for extensions of PHP, as "extension:Debian package".
extensions=(
	pdo_sqlite:php-sqlite3
	mbstring:php-mbstring
	xml:php-xml
	intl:php-intl
)

missing() {
	local need
	for need in "${needs[@]}"; do
		if [[ $need == /* ]]; then
			[[ -e ${need%:*} ]] || echo "${need##*:}"
		else
			PATH="$PATH:/usr/sbin:/sbin" command -v "${need%:*}" >/dev/null || echo "${need##*:}"
		fi
	done
	for need in "${extensions[@]}"; do
		php -r "exit( extension_loaded( '${need%:*}' ) ? 0 : 1 );" 2>/dev/null || echo "${need##*:}"
	done
}

# Installs what is missing where that is possible; otherwise says what to do.
tools() {
	local packages
	mapfile -t packages < <(missing)
	((${#packages[@]})) || return 0
	if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
		say "installing ${packages[*]}"
		if apt-get update -q >&2 &&
			DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}" >&2; then
			mapfile -t packages < <(missing)
			((${#packages[@]})) || return 0
		fi
	fi
	say "missing: apt-get install ${packages[*]}"
	if [[ ${CI:-} == true ]]; then
		return 1
	fi
	say 'tests that need them will fail or be left out'
}

# Mail servers that tests need, as "Debian package:program", and what one of them
# needs. Debian lets nobody install two, so that these are unpacked, and only
# their libraries installed.
servers=(
	exim4-daemon-light:usr/sbin/exim4
	opensmtpd:usr/sbin/smtpd
	# OpenSMTPD's TLS needs it, see web/e2e/probe_opensmtpd_test.go.
	libengine-pkcs11-openssl:usr/lib/*/engines-3/pkcs11.so
)

servers() {
	local server package dir
	for server in "${servers[@]}"; do
		package="${server%%:*}" dir="dist/servers/${server%%:*}"
		! compgen -G "$dir/${server#*:}" >/dev/null || continue
		say "unpacking $package"
		if ! unpack "$package" "$dir"; then
			rm -rf "$dir"
			say "missing: dist/servers/$package, which apt-get download and dpkg-deb -x would make"
			[[ ${CI:-} != true ]] || return 1
			say 'tests that need it will fail'
		fi
	done
}

# unpack PACKAGE DIR
unpack() {
	local deb
	rm -rf "$2" "$2.deb"
	mkdir -p "$2" "$2.deb"
	(cd "$2.deb" && { apt-get download -q "$1" || { apt-get update -q && apt-get download -q "$1"; }; }) >&2 || return
	deb="$(echo "$2.deb"/*.deb)"
	dpkg-deb -x "$deb" "$2" || return
	if [[ $(id -u) == 0 ]]; then
		DEBIAN_FRONTEND=noninteractive apt-get satisfy -q -y --no-install-recommends \
			"$(dpkg-deb -f "$deb" Depends | tr , '\n' | grep '^ *lib' | paste -sd ,)" >&2 || return
	fi
	rm -rf "$2.deb"
}

# Known vulnerabilities in what we call. Exit status 3 means that there are
# some; any other failure is one of getting at the data.
vulnerabilities() {
	local status=0 log
	log="$(mktemp)"
	go tool govulncheck ./... >"$log" 2>&1 || status=$?
	case $status in
	0) tail -n 1 "$log" >&2 ;;
	3) cat "$log" >&2 ;;
	*)
		say 'NOT CHECKED for known vulnerabilities: their data base could not be read'
		tail -n 3 "$log" >&2
		status=0
		;;
	esac
	rm -f "$log"
	return "$status"
}

unformatted() {
	local files
	files="$(gofmt -l app providers static/*.go static/css web)"
	if [[ -n $files ]]; then
		printf 'not formatted by gofmt:\n%s\n' "$files" >&2
		return 1
	fi
}

# Looks for texts that what is pasted breaks on, beyond those that the tests
# have: ten seconds for each target. The seeds are the tests' own tables.
fuzz() {
	local package target targets
	if [[ ${CI:-} != true ]]; then
		return 0
	fi
	say 'fuzzing'
	for package in php localsettings check trouble; do
		targets="$(go test -list '^Fuzz' "./app/$package" | grep '^Fuzz')"
		for target in $targets; do
			go test -run '^$' -fuzz "^$target\$" -fuzztime 10s -fuzzminimizetime 1s "./app/$package" >&2
		done
	done
}

tests() {
	tools
	servers
	build
	say 'gofmt, go vet, staticcheck, govulncheck'
	unformatted
	go vet -tags e2e ./...
	GOOS=js GOARCH=wasm go vet -tags validator_novalidatefn ./app/...
	go tool staticcheck -tags e2e ./...
	vulnerabilities
	say 'the rules, with the libraries as they are in the browser program'
	PATH="$PATH:$(go env GOROOT)/lib/wasm" GOOS=js GOARCH=wasm go test \
		-modfile=dist/slim/go.mod -tags validator_novalidatefn ./app/rules
	fuzz
	say 'tests'
	go test ./...
	say 'end to end: browser, MediaWiki, mail servers'
	if [[ $(id -u) != 0 && ${CI:-} != true ]]; then
		say 'NOT RUN: they start mail servers on ports of their own, which needs root'
		return 0
	fi
	packages web/e2e
	go test -tags e2e -run TestVisits ./web/bench
	go test -tags e2e -timeout 30m ./web/e2e/...
}

# --- running -----------------------------------------------------------------

# Builds again and restarts whenever a source is newer than the last build.
dev() {
	local pid='' stamp=dist/.dev
	trap '[[ -z $pid ]] || kill "$pid" 2>/dev/null || true' EXIT
	while true; do
		mkdir -p dist
		touch "$stamp"
		# In a process of its own: bash does not stop at errors within an if.
		if ./build.sh build -fast; then
			if [[ -n $pid ]]; then
				kill "$pid" 2>/dev/null || true
				wait "$pid" 2>/dev/null || true
			fi
			dist/wgsmtp serve "$@" &
			pid=$!
		fi
		until changed "$stamp"; do sleep 1; done
	done
}

changed() {
	[[ -n $(find app providers web static/*.go static/css static/icons static/page.css static/package-lock.json go.mod \
		-newer "$1" -type f -print -quit) ]]
}

bench() {
	build
	say 'sizes in bytes'
	wc -c dist/app.wasm static/build/app.wasm.br static/build/site.css dist/wgsmtp
	go test -count=1 -v -run 'Budget|EarlyIsSmall' ./web ./web/site | grep -F ' bytes'
	say 'times'
	go test -run '^$' -bench . -benchmem ./app/... ./providers/... ./web/...
	say 'as visitors meet it, beside an empty page of go-app'
	packages web/e2e
	go run ./web/bench dist/wgsmtp
}

case ${1:-help} in
serve)
	build
	exec dist/wgsmtp "$@"
	;;
site)
	build
	exec dist/wgsmtp "$@"
	;;
build)
	shift
	build "$@"
	;;
test) tests ;;
servers) servers ;;
dev)
	shift
	dev "$@"
	;;
bench) bench ;;
help | -h | --help) usage ;;
*)
	usage >&2
	exit 2
	;;
esac
