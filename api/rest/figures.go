package rest

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"mawid/api/httpkit"
	"mawid/scheduler"
)

// figures are what an office did; nothing of it is about a person.
type figures struct {
	Office   string        `json:"office"`
	From     string        `json:"from" format:"date"`
	To       string        `json:"to" format:"date"`
	Lines    []figureLine  `json:"lines" nullable:"false" doc:"By date, then service."`
	Days     []figureDay   `json:"days" nullable:"false"`
	Forecast forecastError `json:"forecast"`
}

// figureLine is one service on one day; times are in seconds.
type figureLine struct {
	Date      string `json:"date" format:"date"`
	Service   string `json:"service"`
	Arrived   int    `json:"arrived" doc:"Tickets that came for it, walk-ins included."`
	WalkIns   int    `json:"walk_ins"`
	Served    int    `json:"served"`
	NoShows   int    `json:"no_shows"`
	WaitMean  int    `json:"wait_mean" doc:"From arrival, or the appointed time when later, to the first call."`
	WaitP90   int    `json:"wait_p90"`
	ServeMean int    `json:"serve_mean"`
}

type figureDay struct {
	Date        string  `json:"date" format:"date"`
	Arrived     int     `json:"arrived"`
	Served      int     `json:"served"`
	Utilisation float64 `json:"utilisation" doc:"Time that desks called and served ÷ time from each desk's first call to its last end."`
	ByHour      []int   `json:"by_hour" nullable:"false" doc:"Arrivals of each hour of the office's clock, from 0."`
}

// forecastError says how good the waits were that were foretold.
type forecastError struct {
	Tickets    int     `json:"tickets" doc:"Who were told to wait, and called."`
	WithinHigh float64 `json:"within_high" doc:"Share whose wait was at most the high end; 0.8 is meant."`
	MeanError  int     `json:"mean_error" doc:"Mean distance of the wait from the low end, in seconds."`
}

type figuresQuery struct {
	ID     string `path:"id" maxLength:"100"`
	From   string `query:"from" required:"true" format:"date" maxLength:"10"`
	To     string `query:"to" required:"true" format:"date" maxLength:"10"`
	Format string `query:"format" enum:"json,csv" doc:"json when absent; csv has the lines (RFC 4180)."`
}

type figuresFile struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

func (a *api) figures(h huma.API) {
	op := staffed(operation(h, "get-figures", http.MethodGet, "/v1/offices/{id}/figures", "What an office did, by day and service, for its staff",
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity))
	schema := h.OpenAPI().Components.Schemas.Schema(typeOfFigures, true, "Figures")
	op.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema}, "text/csv": {Schema: &huma.Schema{Type: "string"}},
	}}
	huma.Register(h, op, call(func(ctx context.Context, in *figuresQuery) (*figuresFile, error) {
		by, err := staff(ctx)
		if err != nil {
			return nil, err
		}
		from, err1 := scheduler.ParseDate(in.From)
		to, err2 := scheduler.ParseDate(in.To)
		if err1 != nil || err2 != nil {
			return nil, scheduler.Invalid("from", "invalid_date", "want YYYY-MM-DD of days that exist")
		}
		if !wellFormed(in.ID) {
			return nil, scheduler.ErrNotFound
		}
		f, err := a.engine.Figures(ctx, in.ID, from, to, by)
		if err != nil {
			return nil, err
		}
		return figuresAs(in.Format, f)
	}))
}

func figuresAs(format string, f scheduler.Figures) (*figuresFile, error) {
	shown := figuresOf(f)
	if format == "csv" {
		return &figuresFile{"text/csv; charset=utf-8", `attachment; filename="` + f.OfficeID + "-" + shown.From + "-" + shown.To + `.csv"`, httpkit.FiguresCSV(f)}, nil
	}
	var b bytes.Buffer
	err := jsonFormat.Marshal(&b, shown)
	return &figuresFile{ContentType: "application/json", Body: b.Bytes()}, err
}

func seconds(d time.Duration) int { return int(d.Round(time.Second) / time.Second) }

func figuresOf(f scheduler.Figures) figures {
	out := figures{
		Office: f.OfficeID, From: f.From.String(), To: f.To.String(), Lines: []figureLine{}, Days: []figureDay{},
		Forecast: forecastError{f.Forecast.Tickets, f.Forecast.WithinHigh, seconds(f.Forecast.MeanError)},
	}
	for _, l := range f.Lines {
		out.Lines = append(out.Lines, figureLine{
			Date: l.Date.String(), Service: l.ServiceID, Arrived: l.Arrived, WalkIns: l.WalkIns, Served: l.Served, NoShows: l.NoShows,
			WaitMean: seconds(l.WaitMean), WaitP90: seconds(l.WaitP90), ServeMean: seconds(l.ServeMean),
		})
	}
	for _, d := range f.Days {
		out.Days = append(out.Days, figureDay{d.Date.String(), d.Arrived, d.Served, d.Utilisation(), d.ByHour[:]})
	}
	return out
}

var typeOfFigures = reflect.TypeFor[figures]()
