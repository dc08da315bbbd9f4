# Finds a calendar with python3-caldav as a program does, lists its events, asks for those of some days, and tries to
# write. Arguments: address, user, password, from, to (dates).
import json, sys
from datetime import datetime
import caldav

address, user, password, begin, end = sys.argv[1:6]
client = caldav.DAVClient(url=address, username=user, password=password)
calendars = client.principal().calendars()
cal = calendars[0]


def show(events):
    out = []
    for e in events:
        v = e.icalendar_instance.walk("VEVENT")[0]
        out.append({"uid": str(v["UID"]), "start": int(v["DTSTART"].dt.timestamp()), "summary": str(v["SUMMARY"])})
    return out


def refused(f):
    try:
        f()
    except caldav.lib.error.AuthorizationError:
        return True
    except caldav.lib.error.DAVError as e:
        return "403" in str(e)
    return False


event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261201T090000Z\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
events = cal.events()
json.dump({
    "calendars": len(calendars), "name": cal.name, "events": show(events),
    "some": show(cal.date_search(datetime.fromisoformat(begin), datetime.fromisoformat(end))),
    "add_refused": refused(lambda: cal.save_event(event)), "delete_refused": refused(lambda: events[0].delete()),
}, sys.stdout)
