/* Reads a calendar from standard input with libical, checks it against the
   rules of RFC 5545 and 5546 (icalrestriction), and prints each event:
   UID, start as seconds since 1970, SUMMARY in hexadecimal. Exit 1 and words on
   standard error when a rule is broken. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int errors;

static void look(icalcomponent *c) {
	icalproperty *p = icalcomponent_get_first_property(c, ICAL_ANY_PROPERTY);
	for (; p; p = icalcomponent_get_next_property(c, ICAL_ANY_PROPERTY)) {
		if (icalproperty_isa(p) == ICAL_XLICERROR_PROPERTY) {
			fprintf(stderr, "%s\n", icalproperty_as_ical_string(p));
			errors++;
		}
	}
	icalcomponent *k = icalcomponent_get_first_component(c, ICAL_ANY_COMPONENT);
	for (; k; k = icalcomponent_get_next_component(c, ICAL_ANY_COMPONENT))
		look(k);
}

int main(void) {
	size_t size = 0, room = 1 << 24;
	char *text = malloc(room + 1);
	size = fread(text, 1, room, stdin);
	text[size] = 0;
	icalcomponent *root = icalparser_parse_string(text);
	if (!root) {
		fprintf(stderr, "libical reads no calendar\n");
		return 1;
	}
	if (!icalrestriction_check(root))
		errors++;
	look(root);
	icalcomponent *c = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
	for (; c; c = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT)) {
		struct icaltimetype start = icalcomponent_get_dtstart(c);
		const char *s = icalcomponent_get_summary(c);
		printf("%s %lld ", icalcomponent_get_uid(c), (long long)icaltime_as_timet_with_zone(start, start.zone));
		for (; s && *s; s++)
			printf("%02x", (unsigned char)*s);
		printf("\n");
	}
	if (errors)
		fprintf(stderr, "%d faults\n", errors);
	return errors ? 1 : 0;
}
