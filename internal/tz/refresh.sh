#!/bin/sh
# Makes zoneinfo.zip and VERSION, the zone data shipped inside Mawid.
#
# When: after every release of the tz database (they are announced on the tz-announce list of IANA).
# How:  apt-get update && apt-get install tzdata zip
#       internal/tz/refresh.sh
#       go test ./internal/tz                 # the canaries must still hold
#       commit zoneinfo.zip and VERSION together
#
# It packs the zone files of Debian's tzdata package as they are: all zones and links, without "posix" and "right"
# (leap seconds). They are "fat" files, with every change written out. Compiling tzdata.zi again in the "slim" form
# would save 150 kB, but zic 2.36 then gave America/Ojinaga another clock in October 2022 (measured with 2026f).
# Same input, same bytes: sorted names, one fixed date, no owner. It refuses data older than 2026f: from 2026-09-20
# Morocco is on UTC+0 all year, and releases before 2026c do not know it.
set -eu

oldest=2026f
source=${ZONEINFO_DIR:-/usr/share/zoneinfo}
here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C TZ=UTC

version=$(sed -n '1s/^# version \([0-9]\{4\}[a-z]\{1,2\}\).*$/\1/p' "$source/tzdata.zi")
if [ -z "$version" ]; then
	echo "refresh.sh: the first line of $source/tzdata.zi is not '# version YYYYx'" >&2
	exit 1
fi
if [ "$(printf '%s\n%s\n' "$oldest" "$version" | sort | head -n 1)" != "$oldest" ]; then
	echo "refresh.sh: $source has $version; $oldest or later is needed (apt-get update && apt-get install tzdata)" >&2
	exit 1
fi
command -v zip >/dev/null || { echo "refresh.sh: zip is missing (apt-get install zip)" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/zones"
cp -RL "$source/." "$work/zones"
cd "$work/zones"
rm -rf posix right localtime posixrules Factory
find . -type f | while read -r file; do
	[ "$(head -c 4 "$file")" = TZif ] || rm "$file"
done
find . -type f -exec chmod 644 {} + -exec touch -d '1980-01-01 00:00:00' {} +
find . -type f | sed 's,^\./,,' | sort | zip -X -q -D -9 "$work/zoneinfo.zip" -@

mv "$work/zoneinfo.zip" "$here/zoneinfo.zip"
printf '%s\n' "$version" >"$here/VERSION"
echo "zoneinfo.zip: tz $version, $(find . -type f | wc -l) zones, $(wc -c <"$here/zoneinfo.zip") bytes"
