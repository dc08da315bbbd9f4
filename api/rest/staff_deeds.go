package rest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// staffActs says what staff do with each call that they may use, by its
// operation id. Which role may do it is in scheduler's table of permissions; the
// engine looks whether the office is theirs.
var staffActs = map[string]scheduler.Action{
	"get-appointment":          scheduler.ActSeeDay,
	"get-appointment-calendar": scheduler.ActSeeDay,
	"cancel-appointment":       scheduler.ActManage,
	"confirm-appointment":      scheduler.ActManage,
	"reschedule-appointment":   scheduler.ActManage,
	"correct-contact":          scheduler.ActManage,
	"note-document":            scheduler.ActManage,
	"verify-appointment":       scheduler.ActManage,
	"send-appointment-code":    scheduler.ActManage,
	"wish-earlier":             scheduler.ActManage,

	"check-in-appointment": scheduler.ActReceive,
	"begin-appointment":    scheduler.ActServe,
	"end-appointment":      scheduler.ActServe,
	"create-ticket":        scheduler.ActReceive,
	"find-arrivals":        scheduler.ActReceive,
	"list-desks":           scheduler.ActSeeQueue,
	"open-desk":            scheduler.ActServe,
	"close-desk":           scheduler.ActServe,
	"call-next":            scheduler.ActServe,
	"call-ticket":          scheduler.ActServe,
	"recall-ticket":        scheduler.ActServe,
	"start-ticket":         scheduler.ActServe,
	"finish-ticket":        scheduler.ActServe,
	"park-ticket":          scheduler.ActServe,
	"return-ticket":        scheduler.ActServe,
	"no-show-ticket":       scheduler.ActServe,
	"undo-ticket":          scheduler.ActServe,
	"transfer-ticket":      scheduler.ActServe,
	"priority-ticket":      scheduler.ActServe,
	"services-ticket":      scheduler.ActServe,
	"enter-by-hand":        scheduler.ActEnterByHand,
	"get-figures":          scheduler.ActSeeFigures,

	"open-file":              scheduler.ActWorkFiles,
	"list-files":             scheduler.ActSeeFiles,
	"get-file":               scheduler.ActSeeFiles,
	"list-file-accesses":     scheduler.ActSeeFiles,
	"ask-file-documents":     scheduler.ActWorkFiles,
	"receive-file-documents": scheduler.ActWorkFiles,
	"advance-file":           scheduler.ActWorkFiles,
	"branch-file":            scheduler.ActWorkFiles,
	"extend-file":            scheduler.ActWorkFiles,
	"hand-over-file":         scheduler.ActWorkFiles,
	"promise-on-file":        scheduler.ActWorkFiles,
	"keep-file-promise":      scheduler.ActWorkFiles,
	"ask-file-news":          scheduler.ActWorkFiles,
	"answer-file-news":       scheduler.ActWorkFiles,
	"settle-file":            scheduler.ActWorkFiles,
	"close-file":             scheduler.ActWorkFiles,
	"merge-file":             scheduler.ActWorkFiles,
}

// Record writes a line of the log of what staff did.
type Record func(ctx context.Context, by *scheduler.User, act scheduler.Action, officeID, subject string) error

// deed is what a member of staff is about to do by a call.
type deed struct {
	by              scheduler.Actor
	act             scheduler.Action
	office, subject string
	record          Record
}

type deedKey struct{}

// permit lets a member of staff pass whose role allows what the call does, and
// begins the deed. What a person's own token opens, the call itself asks.
func (a *api) permit(ctx huma.Context, next func(huma.Context)) {
	by, _ := ctx.Context().Value(actorKey{}).(scheduler.Actor)
	act, known := staffActs[ctx.Operation().OperationID]
	switch {
	case !known || by.Staff == nil:
	case !by.Staff.May(act):
		r, w := humago.Unwrap(ctx)
		httpkit.WriteProblem(w, r, fmt.Errorf("%s: %w", act, scheduler.ErrNotAllowed))
		return
	case ctx.Method() == http.MethodPost && act.Logged() && a.record != nil:
		ctx = huma.WithValue(ctx, deedKey{}, &deed{by: by, act: act, record: a.record})
	}
	next(ctx)
}

// did notes what a call was about: the office, and the id of a thing.
func did(ctx context.Context, office, subject string) {
	if d, ok := ctx.Value(deedKey{}).(*deed); ok {
		d.office, d.subject = office, subject
	}
}

// logged writes the deed of a call that went well, if it is one. What another
// office's member of staff did with their own token as a citizen is none.
func logged(ctx context.Context) error {
	d, ok := ctx.Value(deedKey{}).(*deed)
	if !ok || d.by.ManageToken != "" && !d.by.Staff.MaySee(d.office) {
		return nil
	}
	return d.record(ctx, d.by.Staff, d.act, d.office, d.subject)
}

// checkActs returns an error when a call takes a staff credential and nothing
// says what staff do with it, or when what is said is of no call.
func checkActs(h huma.API) error {
	unsaid := maps.Clone(staffActs)
	for _, item := range h.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Delete, item.Put, item.Patch} {
			if op == nil {
				continue
			}
			_, known := staffActs[op.OperationID]
			delete(unsaid, op.OperationID)
			if takesStaff(op) && !known {
				return fmt.Errorf("call %s is for staff and has no action", op.OperationID)
			}
		}
	}
	if len(unsaid) > 0 {
		return fmt.Errorf("actions of calls that do not exist: %v", slices.Sorted(maps.Keys(unsaid)))
	}
	return nil
}

func takesStaff(op *huma.Operation) bool {
	return slices.ContainsFunc(op.Security, func(s map[string][]string) bool {
		_, takes := s[schemeStaffToken]
		return takes
	})
}
