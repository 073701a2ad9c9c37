package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// address is whom limits apply to: an IPv4 address or an IPv6 network of 64 bits, of
// which one party has all. It is never written down.
type address = netip.Prefix

// clientAddress returns the address of a request's client.
func clientAddress(r *http.Request, header string) address {
	if header == "" {
		return addressOf(r.RemoteAddr)
	}
	values := r.Header.Values(header)
	if len(values) == 0 {
		return address{}
	}
	list := strings.Split(values[len(values)-1], ",")
	return addressOf(strings.TrimSpace(list[len(list)-1]))
}

// addressOf reads an address with a port or without; what is none is one address.
func addressOf(s string) address {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return address{}
	}
	ip, bits := ip.Unmap().WithZone(""), 32
	if ip.Is6() {
		bits = 64
	}
	p, _ := ip.Prefix(bits)
	return p
}
