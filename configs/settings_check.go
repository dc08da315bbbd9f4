package configs

import (
	"errors"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The checks say what was expected and never what was found: a value in the
// wrong place may be a secret. An empty value always means "not set".

const minSecret = 32 // characters; 128 bits even when it is written in hexadecimal

func checkDatabase(s string) error {
	if path, ok := strings.CutPrefix(s, "sqlite:"); ok {
		if path != "" && checkPath(path) == nil {
			return nil
		}
	} else if u, err := url.Parse(s); err == nil && (u.Host != "" || hasSocket(u)) && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return nil
	}
	return errors.New("want sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE or postgres:///DATABASE?host=/FOLDER/OF/SOCKET")
}

// hasSocket reports whether the URL names the folder of a socket instead of a
// host, which is how Debian lets users of the same machine in without password.
func hasSocket(u *url.URL) bool { return strings.HasPrefix(u.Query().Get("host"), "/") }

func checkPath(s string) error {
	if strings.IndexFunc(s, unfit) >= 0 {
		return errors.New("want a path without control characters")
	}
	return nil
}

func checkListen(s string) error {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil || n > 65535 || strings.ContainsAny(host, " /@") {
		return errors.New("want HOST:PORT, such as 127.0.0.1:8080")
	}
	return nil
}

func checkMetrics(s string) error {
	if s == Off || checkListen(s) == nil {
		return nil
	}
	return errors.New("want HOST:PORT, such as 127.0.0.1:9180, or off")
}

func checkPublic(s string) error {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.String() != u.Scheme+"://"+u.Host {
		return errors.New("want http://HOST or https://HOST, with nothing behind the host")
	}
	return nil
}

// checkIssuer wants TLS, except for a provider on the same machine: whoever can
// change what the provider says signs in as anybody.
func checkIssuer(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return errors.New("want the https:// address of the identity provider, as it calls itself")
	}
	return nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func checkClaim(s string) error {
	if strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 || len(s) > 200 {
		return errors.New("want the name of a claim, such as email, or off")
	}
	return nil
}

func checkSecret(s string) error {
	if len(s) < minSecret {
		return errors.New("want 32 characters or more, such as `openssl rand -hex 32` prints")
	}
	return nil
}

func checkSMTP(s string) error {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" || u.RawQuery != "" || u.Fragment != "" ||
		strings.Trim(u.Path, "/") != "" {
		return errors.New("want smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start")
	}
	return nil
}

func checkSMS(s string) error {
	u, err := url.Parse(s)
	if err != nil || !slices.Contains([]string{"http", "https", "smpp", "smpps"}, u.Scheme) || u.Host == "" {
		return errors.New("want the http:// or https:// address of a gateway, or the smpp:// or smpps:// one of a centre")
	}
	return nil
}

func checkMailFrom(s string) error {
	if _, err := mail.ParseAddress(s); err != nil || strings.IndexFunc(s, unfit) >= 0 {
		return errors.New("want an address, such as Mawid <mawid@example.org>")
	}
	return nil
}

const maxContact = 300 // characters

func checkContact(s string) error {
	if len([]rune(s)) > maxContact || strings.IndexFunc(s, unfit) >= 0 {
		return errors.New("want at most 300 characters on one line")
	}
	return nil
}

func checkContactEmail(s string) error {
	if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s) {
		return errors.New("want an address, such as help@example.org")
	}
	return nil
}

func checkLogFormat(s string) error {
	if s != "text" && s != "json" {
		return errors.New("want text or json")
	}
	return nil
}

const mask = "***"

func plain(s string) string { return s }

func maskAll(s string) string {
	if s == "" {
		return ""
	}
	return mask
}

// maskURL keeps scheme, user and host. Gateways carry keys in path and query.
func maskURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return maskAll(s)
	}
	out := u.Scheme + "://" + maskUser(u.User) + u.Host
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		out += "/" + mask
	}
	return out
}

func maskUser(user *url.Userinfo) string {
	if user == nil {
		return ""
	}
	if _, has := user.Password(); !has {
		return mask + "@"
	}
	return user.Username() + ":" + mask + "@"
}

// maskDatabase keeps what tells two databases apart; the query may hold a
// password too.
func maskDatabase(s string) string {
	if strings.HasPrefix(s, "sqlite:") {
		path, _, _ := strings.Cut(s, "?")
		return path
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && !hasSocket(u) {
		return maskAll(s)
	}
	return u.Scheme + "://" + maskUser(u.User) + u.Host + u.EscapedPath()
}
