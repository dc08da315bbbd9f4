#!/bin/sh
# Makes zoneinfo.zip and VERSION, the zone data shipped inside Mawid.
#
# When: after every release of the tz database (they are announced on the tz-announce list of IANA).
# How:  apt-get install tzdata zip libc-bin   # libc-bin has zic, the zone compiler
#       internal/tz/refresh.sh
#       go test ./internal/tz                 # the canaries must still hold
#       commit zoneinfo.zip and VERSION together
#
# It reads /usr/share/zoneinfo/tzdata.zi, the text form of the data in Debian's tzdata package, and compiles it
# again in the "slim" form (243 kB zipped; the installed "fat" files make 392 kB and carry the same times).
# All zones and links are kept, "posix" and "right" (leap seconds) are not. Same input, same bytes: sorted names,
# one fixed date, no owner. It refuses data older than 2026f: from 2026-09-20 Morocco is on UTC+0 all year, and
# releases before 2026c do not know it.
set -eu

oldest=2026f
source=${TZDATA_ZI:-/usr/share/zoneinfo/tzdata.zi}
here=$(cd "$(dirname "$0")" && pwd)

export LC_ALL=C TZ=UTC
version=$(sed -n '1s/^# version \([0-9]\{4\}[a-z]\{1,2\}\).*$/\1/p' "$source")
if [ -z "$version" ]; then
	echo "refresh.sh: the first line of $source is not '# version YYYYx'" >&2
	exit 1
fi
if [ "$(printf '%s\n%s\n' "$oldest" "$version" | sort | head -n 1)" != "$oldest" ]; then
	echo "refresh.sh: $source is $version; $oldest or later is needed (apt-get update && apt-get install tzdata)" >&2
	exit 1
fi

for tool in zic zip; do
	command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin:/sbin
	command -v "$tool" >/dev/null || { echo "refresh.sh: $tool is missing (apt-get install zip libc-bin)" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/zones"
zic -b slim -d "$work/zones" "$source"
cd "$work/zones"
rm -f localtime posixrules Factory
find . -type f -exec chmod 644 {} + -exec touch -d '1980-01-01 00:00:00' {} +
find . -type f | sed 's,^\./,,' | sort | zip -X -q -D -9 "$work/zoneinfo.zip" -@

mv "$work/zoneinfo.zip" "$here/zoneinfo.zip"
printf '%s\n' "$version" >"$here/VERSION"
echo "zoneinfo.zip: tz $version, $(find . -type f | wc -l) zones, $(wc -c <"$here/zoneinfo.zip") bytes"
