# Reads a calendar from standard input with icalendar and prints its events as JSON.
import json, sys
from datetime import timezone
from icalendar import Calendar

cal = Calendar.from_ical(sys.stdin.buffer.read())
out = []
for e in cal.walk("VEVENT"):
    start = e["DTSTART"].dt
    if start.tzinfo is None:
        sys.exit("a floating time")
    out.append({"uid": str(e["UID"]), "start": int(start.timestamp()), "summary": str(e["SUMMARY"]),
                "description": str(e.get("DESCRIPTION", "")), "location": str(e.get("LOCATION", "")), "broken": [str(x) for x in e.errors]})
json.dump(out, sys.stdout)
