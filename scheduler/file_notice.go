package scheduler

import "time"

// The kinds of notice about a file: one for each revision, the weightiest of
// what happened.
const (
	NoticeFileOpened   NoticeKind = "file_opened"
	NoticeFileAsked    NoticeKind = "file_asked" // documents are missing: the person's turn
	NoticeFileStep     NoticeKind = "file_step"  // it moved on, was handed over, or its date moved
	NoticeFileNews     NoticeKind = "file_news"  // the administration answered
	NoticeFilePromised NoticeKind = "file_promised"
	NoticeFileBroken   NoticeKind = "file_broken" // a promise was not kept
	NoticeFileLate     NoticeKind = "file_late"   // the legal date has passed; who was told
	NoticeFileSettled  NoticeKind = "file_settled"
	NoticeFileClosed   NoticeKind = "file_closed"
	NoticeFileCode     NoticeKind = "file_code" // the code that opens it by its reference
)

// fileNoticeKinds says what is told of an event, the weightiest first. What is
// not listed is told with what happened beside it, or stands in the timeline.
var fileNoticeKinds = []struct {
	event string
	kind  NoticeKind
}{
	{EventSettled, NoticeFileSettled},
	{EventClosed, NoticeFileClosed},
	{EventMerged, NoticeFileClosed},
	{EventOpened, NoticeFileOpened},
	{EventDepositedAgain, NoticeFileOpened},
	{EventPromiseBroken, NoticeFileBroken},
	{EventAsked, NoticeFileAsked},
	{EventNewsAnswered, NoticeFileNews},
	{EventHandedOver, NoticeFileStep},
	{EventBranched, NoticeFileStep},
	{EventExtended, NoticeFileStep},
	{EventStepDone, NoticeFileStep},
	{EventReceived, NoticeFileStep},
	{EventDueMoved, NoticeFileStep},
	{EventEscalated, NoticeFileLate},
	{EventPromised, NoticeFilePromised},
	{EventPromiseKept, NoticeFileStep},
}

// fileNoticeUse is how long a notice about a file is worth sending.
const fileNoticeUse = 30 * 24 * time.Hour

// NoticesFile lists every kind of notice about a file.
func NoticesFile() []NoticeKind {
	var out []NoticeKind
	for _, k := range fileNoticeKinds {
		if len(out) == 0 || out[len(out)-1] != k.kind {
			out = append(out, k.kind)
		}
	}
	return append(out, NoticeFileCode)
}

// codeNotice tells a code to the person's own address.
func (f *File) codeNotice(c Code, now time.Time) []Notice {
	return []Notice{{
		About: Subject{Kind: SubjectFile, ID: f.ID, Label: f.Reference}, OfficeID: f.OfficeID, Revision: c.Issue,
		Kind: NoticeFileCode, Channel: f.channel(), DueAt: now, UsefulUntil: c.Until,
	}}
}

// channel is how the person is told: by mail when there is an address.
func (f *File) channel() Channel {
	if f.Citizen.Email == "" {
		return ChannelSMS
	}
	return ChannelEmail
}

// fileNotices plans what the person is told of the new events.
func (w *fileWork) notices(events []FileEvent) ([]Notice, error) {
	for _, k := range fileNoticeKinds {
		for i := range events {
			if events[i].What != k.event {
				continue
			}
			return w.e.withIDs([]Notice{{
				About:    Subject{Kind: SubjectFile, ID: w.f.ID, Label: w.f.Reference},
				OfficeID: w.f.OfficeID, Revision: w.f.Revision, Sequence: events[i].Seq,
				Kind: k.kind, Channel: w.f.channel(), DueAt: w.f.UpdatedAt, UsefulUntil: w.f.UpdatedAt.Add(fileNoticeUse),
			}})
		}
	}
	return nil, nil
}
