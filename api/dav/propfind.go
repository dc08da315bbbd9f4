package dav

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// question is a PROPFIND (RFC 4918, 9.1): names of properties, or all of them.
type question struct {
	XMLName xml.Name  `xml:"DAV: propfind"`
	Names   *struct{} `xml:"DAV: propname"`
	Prop    *struct {
		Any []struct{ XMLName xml.Name } `xml:",any"`
	} `xml:"DAV: prop"`
}

// maxNames bounds the properties of one question.
const maxNames = 100

// readQuestion reads the body; an empty one asks for all.
func readQuestion(body io.Reader) (names []xml.Name, all bool, err error) {
	raw, err := io.ReadAll(body)
	if err != nil {
		return nil, false, httpkit.ErrTooLarge
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, true, nil
	}
	var q question
	if err := xml.Unmarshal(raw, &q); err != nil {
		return nil, false, fmt.Errorf("propfind: %w", httpkit.ErrBadRequest)
	}
	if q.Prop == nil {
		return nil, true, nil
	}
	if len(q.Prop.Any) > maxNames {
		return nil, false, fmt.Errorf("propfind: %w", httpkit.ErrBadRequest)
	}
	for _, p := range q.Prop.Any {
		names = append(names, p.XMLName)
	}
	return names, false, nil
}

// resource is one line of an answer: an address and its properties, each as
// inner XML.
type resource struct {
	href  string
	props map[xml.Name]string
}

func (s *session) propfind(w http.ResponseWriter, r *http.Request) error {
	names, all, err := readQuestion(r.Body)
	if err != nil {
		return err
	}
	found, err := s.resources(r.Context(), r.URL.Path, r.Header.Get("Depth") != "0")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString(xml.Header + `<D:multistatus xmlns:D="DAV:" xmlns:C="` + nsCalDAV + `" xmlns:S="` + nsServer + `" xmlns:A="` + nsApple + `">`)
	for i := range found {
		found[i].write(&out, names, all)
	}
	out.WriteString("</D:multistatus>")
	w.Header().Set("Content-Type", `application/xml; charset="utf-8"`)
	w.WriteHeader(http.StatusMultiStatus)
	_, _ = w.Write(out.Bytes()) // a client that went away is not our fault
	return nil
}

// resources lists what is at an address and, when deep, one level below it.
func (s *session) resources(ctx context.Context, path string, deep bool) ([]resource, error) {
	switch s.kindOf(path) {
	case atRoot:
		return []resource{s.root()}, nil
	case atPrincipal:
		return []resource{s.principalResource()}, nil
	case atHome:
		if !deep {
			return []resource{s.homeResource()}, nil
		}
		list, err := s.list(ctx)
		return []resource{s.homeResource(), s.calendarResource(list)}, err
	case atCalendar:
		list, err := s.list(ctx)
		out := []resource{s.calendarResource(list)}
		for i := range list {
			if deep {
				out = append(out, s.objectResource(&list[i]))
			}
		}
		return out, err
	case atObject:
		a, err := s.object(ctx, path)
		return []resource{s.objectResource(&a)}, err
	}
	return nil, errors.Join(errors.New("propfind"), scheduler.ErrNotFound)
}

// write answers what is known with 200 and the rest with 404, as RFC 4918 asks.
func (r *resource) write(out *bytes.Buffer, names []xml.Name, all bool) {
	var known, unknown bytes.Buffer
	if all {
		for _, n := range ordinary {
			if inner, ok := r.props[n]; ok {
				element(&known, n, inner)
			}
		}
	}
	for _, n := range names {
		if inner, ok := r.props[n]; ok {
			element(&known, n, inner)
		} else {
			element(&unknown, n, "")
		}
	}
	out.WriteString("<D:response><D:href>" + text(r.href) + "</D:href>")
	propstat(out, known.String(), "200 OK", unknown.Len() == 0)
	propstat(out, unknown.String(), "404 Not Found", false)
	out.WriteString("</D:response>")
}

func propstat(out *bytes.Buffer, props, status string, always bool) {
	if props != "" || always {
		out.WriteString("<D:propstat><D:prop>" + props + "</D:prop><D:status>HTTP/1.1 " + status + "</D:status></D:propstat>")
	}
}

// element writes one property. Its name was read by the XML decoder or is ours.
func element(out *bytes.Buffer, n xml.Name, inner string) {
	out.WriteString("<x:" + n.Local + ` xmlns:x="` + text(n.Space) + `">` + inner + "</x:" + n.Local + ">")
}

// text escapes text for XML.
func text(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a bytes.Buffer takes everything
	return b.String()
}
