package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"mawid/api/web"
	"mawid/configs"
	"mawid/internal/locale"
	"mawid/notifier"
	"mawid/scheduler"
)

// worker is the notifier over the outbox, with whatever servers are set.
func (h *house) worker(log *slog.Logger) (*notifier.Worker, error) {
	wording, err := h.wording()
	if err != nil {
		return nil, err
	}
	c := notifier.Config{
		Outbox: h.store, Catalogue: h.engine.Catalogue, Wording: wording, Clock: time.Now, Random: rand.Float64, Log: log,
		Policy: h.settings.Notices,
		Subjects: map[scheduler.SubjectKind]notifier.Subjects{
			scheduler.SubjectTicket: notifier.Tickets{Source: h.store, Catalogue: h.engine.Catalogue, URL: h.links().TicketURL, OpinionURL: h.links().OpinionURL},
			scheduler.SubjectOffer:  notifier.Offers{Source: h.store, Catalogue: h.engine.Catalogue, Zones: h.zones, URL: h.links().WishURL},
			scheduler.SubjectFile: notifier.Files{
				Source: h.store, Catalogue: h.engine.Catalogue, URL: h.links().FileURL, OpinionURL: h.links().OpinionURL,
				Code: h.engine.FileCode, Zones: h.zones,
			},
		},
	}
	return h.withSenders(c)
}

func (h *house) links() links { return links{h.engine, h.settings.PublicURL} }

func (h *house) wording() (*notifier.Wording, error) {
	book, err := locale.Load()
	if err != nil {
		return nil, err
	}
	public, err := url.Parse(h.settings.PublicURL)
	if err != nil {
		return nil, err
	}
	c := notifier.WordingConfig{
		Book: book, Zones: h.zones, Links: h.links(),
		From: h.settings.MailFrom, Host: public.Hostname(), Returns: h.returns(),
	}
	if h.settings.DKIM.Domain != "" {
		if c.DKIM, err = dkimOf(h.settings.DKIM); err != nil {
			return nil, err
		}
	}
	return notifier.NewWording(c)
}

// dkimOf reads the key that mail is signed with.
func dkimOf(d configs.DKIM) (*notifier.DKIM, error) {
	key, err := os.ReadFile(d.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("setting dkim.key_file: %w", err)
	}
	return notifier.NewDKIM(d.Domain, d.Selector, key)
}

// returns makes return addresses, or is nil when nothing takes what comes back.
func (h *house) returns() *notifier.Returns {
	if h.settings.Bounces.Listen == configs.Off {
		return nil
	}
	return notifier.NewReturns(h.secret, h.settings.Bounces.Domain)
}

func (h *house) withSenders(c notifier.Config) (*notifier.Worker, error) {
	if h.settings.SMTPURL != "" {
		mail, err := notifier.NewSMTP(h.settings.SMTPURL, h.settings.MailFrom, hostname())
		if err != nil {
			return nil, err
		}
		c.Mail = mail
	}
	routes, _, err := h.smsRoutes()
	if err != nil {
		return nil, err
	}
	if h.settings.SMSURL != "" {
		sender, err := h.smsSender(configs.SMSRoute{Name: "sms", URL: h.settings.SMSURL})
		if err != nil {
			return nil, fmt.Errorf("setting sms_url: %w", err)
		}
		routes = append(routes, notifier.Route{Name: "sms", Sender: sender})
	}
	for _, r := range routes {
		if centre, ok := r.Sender.(*notifier.SMPP); ok {
			h.centres = append(h.centres, centre)
		}
	}
	if len(routes) > 0 {
		if c.SMS, err = notifier.NewRoutes(routes, time.Now); err != nil {
			return nil, err
		}
	}
	return notifier.New(c)
}

// smsRoutes reads the gateways by country, and how they tell what came of a
// message.
func (h *house) smsRoutes() ([]notifier.Route, []notifier.ReceiptForm, error) {
	if h.settings.SMSRoutes == "" {
		return nil, nil, nil
	}
	text, err := os.ReadFile(h.settings.SMSRoutes)
	if err != nil {
		return nil, nil, fmt.Errorf("setting sms_routes: %w", err)
	}
	read, err := configs.ReadSMSRoutes(h.settings.SMSRoutes, text)
	if err != nil {
		return nil, nil, err
	}
	var routes []notifier.Route
	var forms []notifier.ReceiptForm
	for _, r := range read {
		sender, err := h.smsSender(r)
		if err != nil {
			return nil, nil, fmt.Errorf("setting sms_routes: route %s: %w", r.Name, err)
		}
		routes = append(routes, notifier.Route{Name: r.Name, Countries: r.Countries, Sender: sender})
		forms = append(forms, notifier.ReceiptForm{
			Route: r.Name, Secret: r.Receipts.Secret, ID: r.Receipts.ID, Status: r.Receipts.Status,
			Delivered: r.Receipts.Delivered, Failed: r.Receipts.Failed,
		})
	}
	return routes, forms, nil
}

// smsSender is the driver of a route, by the scheme of its address.
func (h *house) smsSender(r configs.SMSRoute) (notifier.Sender, error) {
	switch {
	case strings.HasPrefix(r.URL, "smpp"):
		return notifier.NewSMPP(r.Name, r.URL, h.store, h.report)
	case r.URL == h.settings.SMSURL && r.Method == "": // its address is no template
		return notifier.NewGateway(r.URL, time.Now)
	}
	return notifier.NewGatewayOf(notifier.GatewayForm{
		URL: r.URL, Method: r.Method, Headers: r.Headers, Body: r.Body, Success: r.Success, MessageID: r.MessageID,
	}, time.Now)
}

// startCentres keeps the connections to short message centres. The function it
// returns ends them.
func (h *house) startCentres(log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, c := range h.centres {
		running.Go(func() { c.Run(ctx, log) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// report notes what came back of a notice.
func (h *house) report(ctx context.Context, r notifier.Returned) error {
	return h.notices.Report(ctx, h.store, r)
}

// hooks answers the calls of gateways.
func (h *house) hooks() (http.Handler, error) {
	_, forms, err := h.smsRoutes()
	if err != nil {
		return nil, err
	}
	return notifier.Receipts(forms, h.store, h.report), nil
}

// bounceStop is how long what comes back may take after a stop.
const bounceStop = 5 * time.Second

// startBounces takes mail that comes back, when that is switched on. The function
// it returns stops it and waits.
func (h *house) startBounces(log *slog.Logger) (stop func(), err error) {
	returns := h.returns()
	if returns == nil {
		return func() {}, nil
	}
	l, err := net.Listen("tcp", h.settings.Bounces.Listen)
	if err != nil {
		return nil, fmt.Errorf("setting bounces.listen: %w", err)
	}
	b := notifier.NewBounces(returns, h.settings.Bounces.Protocol == "lmtp", h.settings.Bounces.Domain, h.report, log)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := b.Serve(l); err != nil && ctx.Err() == nil {
			log.Error("bounces", "error", err)
		}
	})
	return func() {
		cancel()
		ending, end := context.WithTimeout(context.Background(), bounceStop)
		defer end()
		if err := b.Close(ending); err != nil {
			log.Warn("bounces: stopped with clients connected", "error", err)
		}
		running.Wait()
	}, nil
}

// hostname is how this machine greets a mail server.
func hostname() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

// preview shows the desk how notices look.
func (h *house) preview() (web.Preview, error) {
	wording, err := h.wording()
	if err != nil {
		return web.Preview{}, err
	}
	of := func(c *scheduler.Catalogue, kind scheduler.NoticeKind, language string, by scheduler.Channel) (scheduler.Message, error) {
		l, err := wording.Preview(c, kind, language, by, time.Now())
		return l.Message, err
	}
	return web.Preview{Kinds: notifier.PreviewKinds(), Of: of}, nil
}
