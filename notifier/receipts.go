package notifier

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"mawid/scheduler"
)

// ReceiptForm is how one gateway tells what came of a message later.
type ReceiptForm struct {
	Route     string // name of the route
	Secret    string // the last part of the address that the gateway calls
	ID        string // field with the message's id: ours, or the gateway's own
	Status    string // field with the status
	Delivered []string
	Failed    []string
}

// maxReceipt bounds what a gateway may send, in bytes.
const maxReceipt = 16 << 10

// Receipts answers the calls of gateways at /hooks/sms/{route}/{secret}: GET or
// POST, form or JSON. An unknown route and a wrong secret are answered alike. A
// status that says neither delivered nor failed is taken and forgotten.
func Receipts(forms []ReceiptForm, reports Reports, report func(context.Context, Returned) error) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/hooks/sms/{route}/{secret}", func(rw http.ResponseWriter, r *http.Request) {
		form := receiptForm(forms, r.PathValue("route"), r.PathValue("secret"))
		if form == nil {
			http.NotFound(rw, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodPost {
			rw.Header().Set("Allow", "GET, POST")
			http.Error(rw, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(rw, r.Body, maxReceipt)
		if err := form.take(r, reports, report); err != nil {
			status := http.StatusInternalServerError // the gateway will call again
			if errors.Is(err, errReceipt) {
				status = http.StatusBadRequest
			}
			http.Error(rw, http.StatusText(status), status)
			return
		}
		rw.WriteHeader(http.StatusNoContent)
	})
	return mux
}

// errReceipt: what the gateway sent cannot be read.
var errReceipt = errors.New("not a receipt")

func receiptForm(forms []ReceiptForm, route, secret string) *ReceiptForm {
	var found *ReceiptForm
	for i := range forms { // all of them: the time tells nothing
		f := &forms[i]
		right := subtle.ConstantTimeCompare([]byte(f.Secret), []byte(secret)) == 1
		if f.Secret != "" && right && f.Route == route {
			found = f
		}
	}
	return found
}

func (f *ReceiptForm) take(r *http.Request, reports Reports, report func(context.Context, Returned) error) error {
	fields, err := receiptFields(r)
	if err != nil {
		return err
	}
	id, status := fields(f.ID), fields(f.Status)
	if id == "" || status == "" || len(id) > 100 || len(status) > 100 {
		return errReceipt
	}
	out := Returned{State: scheduler.NoticeDelivered, Code: "sms_delivered"}
	switch {
	case slices.Contains(f.Failed, status):
		out.State, out.Code = scheduler.NoticeBounced, "sms_undelivered"
	case !slices.Contains(f.Delivered, status):
		return nil
	}
	out.NoticeID = id
	if !strings.HasPrefix(id, "ntc_") {
		if out.NoticeID, err = reports.NoticeByProvider(r.Context(), scheduler.ChannelSMS, id); err != nil {
			return forgotten(err)
		}
	}
	return forgotten(report(r.Context(), out))
}

// forgotten: a message that is not known is no fault of the gateway's, and calling
// again would not help.
func forgotten(err error) error {
	if errors.Is(err, scheduler.ErrNotFound) {
		return nil
	}
	return err
}

// receiptFields reads the fields of a query, a form or a JSON object.
func receiptFields(r *http.Request) (func(string) string, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, errReceipt
	}
	values := r.URL.Query()
	var object map[string]any
	switch {
	case strings.Contains(r.Header.Get("Content-Type"), "json") || len(body) > 0 && body[0] == '{':
		if err := json.Unmarshal(body, &object); err != nil {
			return nil, errReceipt
		}
	case len(body) > 0:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, errReceipt
		}
		for k, v := range form {
			values[k] = append(values[k], v...)
		}
	}
	return func(name string) string {
		if v := values.Get(name); v != "" {
			return v
		}
		return member(object, name)
	}, nil
}

// member is a plain value of a JSON object, at a path such as "message.id".
func member(object map[string]any, path string) string {
	first, rest, deeper := strings.Cut(path, ".")
	v, ok := object[path]
	if !ok {
		v = object[first]
	}
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprintf("%.0f", v)
	case map[string]any:
		if deeper {
			return member(v, rest)
		}
	}
	return ""
}
