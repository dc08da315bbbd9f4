package web

import (
	"mawid/internal/locale"
	"mawid/scheduler"
)

// pages is one zero value of each kind of page, to check the templates with.
func pages(l *locale.Language) []page {
	f := frame{Lang: l}
	return []page{
		homePage{frame: f, Stay: &stayPart{}},
		servicePage{frame: f, Stay: &stayPart{}},
		situationPage{frame: f, Stay: &stayPart{}},
		daysPage{frame: f, Stay: &stayPart{}},
		timesPage{frame: f, Stay: &stayPart{}},
		formPage{frame: f},
		appointmentPage{frame: f, Prove: &provePart{}},
		slipPage{frame: f},
		expiredPage{frame: f, Again: &wishPart{}},
		contactPage{frame: f},
		findPage{frame: f, Asked: true},
		foundPage{frame: f},
		cancelPage{frame: f},
		movePage{frame: f},
		errorPage{frame: f},
		proofPage{frame: f},
		ledgerPage{frame: f},
		boardPage{frame: f},
		ticketPage{frame: f},
		kioskPage{frame: f},
		openKioskPage{frame: f},
		signInPage{frame: f},
		dayPage{frame: f},
		sheetPage{frame: f},
		outboxPage{frame: f, Down: []downLine{{}}},
		filesPage{frame: f},
		fileOpenPage{frame: f},
		filePage{frame: f},
		fileReceiptPage{frame: f},
		noticePage{
			frame: f, Reach: &contactForm{}, Attempts: []noticeStep{{State: scheduler.NoticeSent}}, Events: []noticeStep{{}},
			Others: []noticeLine{{Kind: scheduler.NoticeMoved, State: scheduler.NoticeSent, Channel: scheduler.ChannelSMS}},
		},
		previewPage{
			frame: f, Kinds: []scheduler.NoticeKind{scheduler.NoticeMoved}, Kind: scheduler.NoticeMoved, Spoken: []*locale.Language{l},
			Channels: []scheduler.Channel{scheduler.ChannelSMS}, Channel: scheduler.ChannelSMS, Parts: 1, Text: "x", Mail: "/",
		},
		remindersPage{frame: f},
		ownFilePage{frame: f},
		depositSubjectsPage{frame: f, Groups: []serviceGroup{{Services: []serviceLine{{}}}}},
		depositPage{frame: f, Papers: []fileBox{{}}, reachPart: reachPart{Faults: []fieldFault{{"name", "x", "x"}}, Zones: []locale.Zone{{}}, Tongues: []*locale.Language{l}}},
		letterPage{frame: f},
		opinionPage{frame: f},
		calendarsPage{frame: f},
		deskPage{frame: f},
		deskPage{frame: f, Desk: &deskSeat{}, Now: &ticketCard{State: scheduler.TicketServing}, Found: &foundPart{}},
		roomPage{frame: f},
		byHandPage{frame: f},
		codePage{frame: f},
		accountPage{frame: f},
		passwordPage{frame: f},
		totpPage{frame: f},
		identityPage{frame: f},
		shownPage{frame: f},
		usersPage{frame: f},
		userPage{frame: f},
		deedsPage{frame: f},
	}
}
