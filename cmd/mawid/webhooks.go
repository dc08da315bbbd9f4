package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"text/tabwriter"
	"time"

	"mawid/notifier/webhook"
	"mawid/scheduler"
)

const (
	webhookEvery   = time.Second        // how often to look for what is to be told
	keepDeliveries = 7 * 24 * time.Hour // what was told
)

// webhooks tells programs of others what happened.
func (h *house) webhooks(log *slog.Logger) *webhook.Worker {
	return webhook.New(webhook.Config{
		Store: h.store, Clock: time.Now, Secrets: h.engine.EndpointSecrets, Random: rand.Float64, Log: log,
		Private: h.settings.WebhooksPrivate,
	})
}

// webhookJobs let every node know soon whether anybody wants to hear.
func (h *house) webhookJobs() []job {
	return []job{
		{"@every 5s", "look for webhooks", h.store.LookForWebhooks},
		{"@every 1h", "forget what was told by webhook a week ago", func(ctx context.Context) error {
			_, err := h.store.ForgetDeliveries(ctx, time.Now().Add(-keepDeliveries))
			return err
		}},
	}
}

type webhookCommand struct {
	Add     webhookAdd     `cmd:"" help:"Register an address that shall hear of events; prints its secret."`
	List    webhookList    `cmd:"" help:"List the addresses, what waits for them and what was given up."`
	Rotate  webhookRotate  `cmd:"" help:"Give an address a new secret; the old one signs beside it for a day."`
	Disable webhookDisable `cmd:"" help:"Tell an address no more."`
	Enable  webhookEnable  `cmd:"" help:"Tell an address again."`
	Retry   webhookRetry   `cmd:"" help:"Tell once more what was given up for an address."`
}

type webhookAdd struct {
	URL  string   `arg:"" help:"Where to call, https://host/path."`
	Type []string `help:"What to tell, such as appointment.booked, ticket.called or file.settled; without it everything." placeholder:"TYPE"`
}

// Run registers the address and prints the secret.
func (c webhookAdd) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		p, secret, err := h.engine.NewEndpoint(ctx, c.URL, c.Type)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s hears from now on. Its secret, for whoever checks the calls (Standard Webhooks): %s\n", p.ID, secret)
		return err
	})
}

type webhookList struct{}

// Run lists the addresses.
func (webhookList) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		all, err := h.store.Endpoints(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "ID\tADDRESS\tTELLS\tSTATE\tWAITING\tGIVEN UP\tLAST ANSWERED")
		for _, p := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", p.ID, p.URL, tells(p), endpointState(p, time.Now()), p.Due, p.Dead, stampOf(p.LastAnswered))
		}
		return w.Flush()
	})
}

func tells(p scheduler.Endpoint) string {
	if len(p.Types) == 0 {
		return "everything"
	}
	return strings.Join(p.Types, ",")
}

func endpointState(p scheduler.Endpoint, now time.Time) string {
	switch {
	case !p.DisabledAt.IsZero():
		return "off (" + p.DisabledWhy + ")"
	case p.PausedUntil.After(now):
		return "does not answer"
	}
	return "on"
}

func stampOf(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339)
}

type webhookRotate struct {
	ID string `arg:"" help:"Id of the address, see list."`
}

// Run prints the new secret.
func (c webhookRotate) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		_, secret, err := h.engine.RotateEndpoint(ctx, c.ID)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "New secret: %s\nThe old one signs beside it for a day.\n", secret)
		return err
	})
}

type webhookDisable struct {
	ID string `arg:"" help:"Id of the address, see list."`
}

// Run switches the address off.
func (c webhookDisable) Run(ctx context.Context, cli *commands, io streams) error {
	return switchWebhook(ctx, cli, io, c.ID, false)
}

type webhookEnable struct {
	ID string `arg:"" help:"Id of the address, see list."`
}

// Run switches the address on.
func (c webhookEnable) Run(ctx context.Context, cli *commands, io streams) error {
	return switchWebhook(ctx, cli, io, c.ID, true)
}

func switchWebhook(ctx context.Context, cli *commands, io streams, id string, on bool) error {
	return withHouse(ctx, cli, func(h *house) error {
		p, err := h.engine.SwitchEndpoint(ctx, id, on)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%s is %s.\n", p.ID, endpointState(p, time.Now()))
		return err
	})
}

type webhookRetry struct {
	ID string `arg:"" help:"Id of the address, see list."`
}

// Run makes what was given up due again.
func (c webhookRetry) Run(ctx context.Context, cli *commands, io streams) error {
	return withHouse(ctx, cli, func(h *house) error {
		n, err := h.store.RetryDeliveries(ctx, c.ID, time.Now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "%d deliveries are due again.\n", n)
		return err
	})
}
