package httpkit

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Clients tells who sent a request, for limits. It is not an identity.
type Clients struct {
	// Trusted are the proxies whose X-Forwarded-For is believed; of anybody else
	// the header is passed over, since who sends it can write what they like.
	Trusted []netip.Prefix
}

// Of returns the network a request came from: an IPv4 address, or the /64 of an
// IPv6 address, which is what one household has. A request whose sender cannot
// be read, as over a unix socket without proxy header, has the zero Prefix.
func (c Clients) Of(r *http.Request) netip.Prefix {
	addr := parseAddr(r.RemoteAddr)
	if addr.IsValid() && !c.trusts(addr) {
		return network(addr)
	}
	// From the right: each proxy appends whom it heard from.
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next := parseAddr(strings.TrimSpace(hop))
		if !next.IsValid() {
			break
		}
		addr = next
		if !c.trusts(addr) {
			break
		}
	}
	return network(addr)
}

func (c Clients) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(c.Trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseAddr reads an address with or without port.
func parseAddr(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

func network(addr netip.Addr) netip.Prefix {
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	p, err := addr.Prefix(bits)
	if err != nil { // the zero address
		return netip.Prefix{}
	}
	return p
}
