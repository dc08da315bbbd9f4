package notifier

import (
	"mawid/internal/locale"
	"mawid/scheduler"
)

// remote reports whether nobody comes to the appointment.
func (v *view) remote() bool { return v.a.Channel.Remote() }

// either is the first key for who comes, the second for who does not.
func (v *view) either(comes, remote string) string {
	if v.remote() {
		return remote
	}
	return comes
}

// opening is the news. What speaks of coming is said otherwise to who does not.
func (v *view) opening(kind string) string {
	switch v.kind {
	case scheduler.NoticeReminderWeek, scheduler.NoticeReminderEve:
		return v.Say(v.either(kind, "notice.remote."+string(v.kind)) + ".opening")
	}
	return v.Say(kind + ".opening")
}

// how says in a sentence how the two meet.
func (v *view) how() string {
	number := v.reach.Number
	if v.Direction() == "rtl" {
		number = locale.Isolate(number)
	}
	by := v.Say("channel." + v.a.Channel.String())
	switch {
	case v.reach.Number == "":
		return by
	case v.reach.Calls:
		return by + " – " + v.Say("channel.calls", "number", number)
	}
	return by + " – " + v.Say("channel.you_call", "number", number)
}

// join leads into the meeting, while the appointment is to take place.
func (v *view) join() []Action {
	if v.reach.Meeting == "" || !v.comes() {
		return nil
	}
	return []Action{NewAction(v.Language, "notice.remote.join", v.reach.Meeting)}
}

// remoteShort is the key of a short message that says how the two meet; false for
// one that need not.
func (v *view) remoteShort() (string, bool) {
	if !v.remote() {
		return "", false
	}
	switch v.kind {
	case scheduler.NoticeReminderSoon:
		return "notice.reminder_soon.sms", true
	case scheduler.NoticeConfirmation, scheduler.NoticeMoved:
		return "notice.remote." + string(v.kind) + ".sms", true
	case scheduler.NoticeReminderWeek, scheduler.NoticeReminderDays, scheduler.NoticeReminderEve:
		return "notice.remote.reminder.sms", true
	}
	return "", false
}

// shortRemote is short for who does not come. Shortly before a meeting its link
// stands in the place of the page's.
func (v *view) shortRemote(key string) Short {
	how, link := v.Say("notice.remote.video"), v.manage
	switch {
	case v.reach.Number != "" && v.reach.Calls:
		how = v.Say("notice.remote.calls", "number", v.reach.Number)
	case v.reach.Number != "":
		how = v.Say("notice.remote.you_call", "number", v.reach.Number)
	case v.kind == scheduler.NoticeReminderSoon && v.reach.Meeting != "":
		link = v.reach.Meeting
	}
	return Short{
		Key: key,
		Values: []string{
			"service", v.service, "office", v.office, "date", v.SMSDate(v.at), "time", v.smsTime(), "how", how,
			"reference", v.a.Reference, "link", link,
		},
		Names: []string{"service", "office"},
		Spare: []string{"time", v.Clock(v.at)},
	}
}
