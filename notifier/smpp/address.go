package smpp

import (
	"errors"
	"net"
	"net/url"
	"strconv"
	"time"
)

// The ports that centres usually listen on.
const (
	port    = "2775"
	portTLS = "3550"
)

// Parse reads smpp://user:password@host:port?source=MAWID&window=10&rate=20&
// long=udh|sar|payload&system_type=&ton=5&npi=0&enquire=30, or smpps:// for TLS.
// Errors name the field, never a value.
func Parse(address string) (Config, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smpp" && u.Scheme != "smpps") {
		return Config{}, errors.New("want smpp://user:password@host:port or smpps://")
	}
	c := Config{TLS: u.Scheme == "smpps", SystemID: u.User.Username(), SourceTON: -1}
	c.Password, _ = u.User.Password()
	if len(c.SystemID) > 15 || len(c.Password) > 8 {
		return Config{}, errors.New("SMPP 3.4 allows 15 characters of a user and 8 of a password")
	}
	p := u.Port()
	if p == "" {
		if p = port; c.TLS {
			p = portTLS
		}
	}
	c.Address = net.JoinHostPort(u.Hostname(), p)
	return c, c.options(u.Query())
}

func (c *Config) options(q url.Values) error {
	numbers := map[string]func(int){
		"window": func(n int) { c.Window = n }, "rate": func(n int) { c.Rate = n }, "ton": func(n int) { c.SourceTON = n },
		"npi": func(n int) { c.SourceNPI = byte(n) }, "enquire": func(n int) { c.Enquire = time.Duration(n) * time.Second },
	}
	for key := range q {
		value := q.Get(key)
		if set, ok := numbers[key]; ok {
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 || n > 1000 {
				return errors.New(key + ": want a number from 0 to 1000")
			}
			set(n)
			continue
		}
		switch key {
		case "source":
			c.Source = value
		case "system_type":
			c.SystemType = value
		case "long":
			if c.Long = Long(value); c.Long != LongUDH && c.Long != LongSAR && c.Long != LongPayload {
				return errors.New("long: want udh, sar or payload")
			}
		default:
			return errors.New("an unknown option")
		}
	}
	if len(c.Source) > 20 || len(c.SystemType) > 12 {
		return errors.New("source or system_type: too long for SMPP 3.4")
	}
	return nil
}
