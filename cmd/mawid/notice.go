package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"time"

	"mawid/configs"
	"mawid/notifier"
	"mawid/scheduler"
)

type noticeCommand struct {
	Preview previewCommand `cmd:"" help:"Print a notice with made-up data, or write the whole mail into a file."`
}

type previewCommand struct {
	Kind     string `arg:"" help:"Such as confirmation or reminder_eve; all lists the kinds."`
	Language string `help:"Language of the notice." default:"ar"`
	Channel  string `help:"email or sms." enum:"email,sms" default:"email"`
	Out      string `help:"File for the whole mail, to open in a mail program." placeholder:"FILE.eml" type:"path"`
}

// Run words one notice from the catalogue in the database.
func (c previewCommand) Run(ctx context.Context, cli *commands, io streams) error {
	if c.Kind == "all" {
		for _, k := range notifier.PreviewKinds() {
			fmt.Fprintln(io.out, k)
		}
		return nil
	}
	h, err := openHouse(ctx, cli)
	if err != nil {
		return err
	}
	return errors.Join(c.show(ctx, h, io), h.close())
}

func (c previewCommand) show(ctx context.Context, h *house, io streams) error {
	cat, err := h.engine.Catalogue(ctx)
	if errors.Is(err, scheduler.ErrNotFound) { // an empty database: of the sample, and none of it stored
		var sample configs.Sample
		sample, err = configs.Read(configs.SampleName, configs.SampleFile, h.zones)
		cat = scheduler.NewCatalogue(sample.CatalogueData, 0)
	}
	if err != nil {
		return err
	}
	wording, err := h.wording()
	if err != nil {
		return err
	}
	l, err := wording.Preview(cat, scheduler.NoticeKind(c.Kind), c.Language, scheduler.Channel(c.Channel), time.Now())
	if errors.Is(err, scheduler.ErrNotFound) {
		return fmt.Errorf("no kind of notice %q; `mawid notice preview all` lists them", c.Kind)
	}
	if err != nil {
		return err
	}
	if c.Out != "" {
		if len(l.Raw) == 0 {
			return errors.New("--out: a short message is no mail")
		}
		return os.WriteFile(c.Out, l.Raw, 0o600)
	}
	if l.Subject != "" {
		fmt.Fprintf(io.out, "%s\n\n", l.Subject)
	}
	_, err = fmt.Fprintln(io.out, strings.TrimRight(l.Text, "\n"))
	return err
}

type mailCommand struct {
	Key mailKeyCommand `cmd:"" help:"Make an RSA key of 2048 bits for the signature of mail (DKIM)."`
	DNS mailDNSCommand `cmd:"" name:"dns" help:"Print the DNS records that the settings ask for."`
}

type mailKeyCommand struct {
	File string `arg:"" help:"Where to write it; must not exist." type:"path"`
}

// dkimBits: larger keys do not fit into one DNS answer.
const dkimBits = 2048

// Run writes a new key that only its owner can read.
func (c mailKeyCommand) Run(io streams) error {
	key, err := rsa.GenerateKey(rand.Reader, dkimBits)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "Written. Set dkim.key_file: %s and dkim.domain, then publish what `mawid mail dns` prints.\n", c.File)
	return err
}

type mailDNSCommand struct{}

// Run prints the records: the signature's, and those that say who may send.
func (mailDNSCommand) Run(cli *commands, io streams) error {
	s, err := loadSettings(cli)
	if err != nil {
		return err
	}
	records, err := dnsRecords(s)
	if err != nil {
		return err
	}
	for _, r := range records {
		fmt.Fprintln(io.out, r)
	}
	return nil
}

func dnsRecords(s configs.Settings) ([]string, error) {
	from, err := mail.ParseAddress(s.MailFrom)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	var out []string
	if s.DKIM.Domain != "" {
		d, err := dkimOf(s.DKIM)
		if err != nil {
			return nil, err
		}
		name, text, err := d.Record()
		if err != nil {
			return nil, err
		}
		out = append(out, name+". TXT "+txt(text))
	}
	out = append(out,
		domain+". TXT "+txt("v=spf1 mx a -all")+" ; name your mail server here",
		"_dmarc."+domain+". TXT "+txt("v=DMARC1; p=quarantine; adkim=r; aspf=r"))
	if s.Bounces.Listen != configs.Off {
		out = append(out,
			s.Bounces.Domain+". MX 10 "+s.Bounces.Domain+". ; the machine where bounces.listen is reached at port 25",
			s.Bounces.Domain+". TXT "+txt("v=spf1 mx a -all")+" ; name your mail server here too")
	}
	return out, nil
}

// txt writes a text as strings of at most 255 bytes (RFC 1035, 3.3.14).
func txt(text string) string {
	const longest = 255
	var parts []string
	for len(text) > longest {
		parts = append(parts, `"`+text[:longest]+`"`)
		text = text[longest:]
	}
	return strings.Join(append(parts, `"`+text+`"`), " ")
}
