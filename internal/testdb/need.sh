#!/bin/sh
# Installs what the tests need on Debian and Ubuntu, when it is missing:
# PostgreSQL's server programs, Chromium, Node.js with a few modules, calendar
# programs of others, and small tools. Uses what MAWID_TEST_POSTGRES_URL
# and MAWID_TEST_CHROMIUM name instead, when they are set.
set -eu

packages=
if [ -z "${MAWID_TEST_POSTGRES_URL:-}" ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null; then
	packages="$packages postgresql"
fi
if [ -z "${MAWID_TEST_CHROMIUM:-}" ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null; then
	packages="$packages chromium fonts-noto-core"
fi
# curl: the README's tour is walked line by line.
if ! command -v curl >/dev/null; then
	packages="$packages curl ca-certificates"
fi
# gcc: the race detector needs cgo.
if ! command -v "${CC:-gcc}" >/dev/null; then
	packages="$packages gcc libc6-dev"
fi
# Node.js: the accessibility checker, and programs of others to speak with.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	packages="$packages nodejs npm"
fi
# Calendar programs of others, which read what Mawid writes.
for package in python3-icalendar python3-caldav khal vdirsyncer libical-dev; do
	dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok' || packages="$packages $package"
done
here=$(cd "$(dirname "$0")" && pwd)
modules() {
	cd "$here/../testnode"
	cmp -s package-lock.json node_modules/.installed && return
	echo "Installing Node.js modules for the tests"
	npm ci --no-audit --no-fund --ignore-scripts </dev/null >/dev/null
	cp package-lock.json node_modules/.installed
}
if [ -z "$packages" ]; then
	modules
	exit 0
fi

if ! command -v apt-get >/dev/null; then
	echo "The tests need:$packages. Install them, or set MAWID_TEST_POSTGRES_URL and MAWID_TEST_CHROMIUM." >&2
	exit 1
fi
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
echo "Installing for the tests:$packages"
export DEBIAN_FRONTEND=noninteractive
# Debian would start a server of its own: the tests start a private one.
if [ -n "$sudo" ] || [ ! -e /etc/postgresql-common/createcluster.conf ]; then
	$sudo mkdir -p /etc/postgresql-common
	echo 'create_main_cluster = false' | $sudo tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
$sudo apt-get update -qq </dev/null
$sudo apt-get install -y -qq --no-install-recommends $packages </dev/null >/dev/null
modules
