package contextdata

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddr returns the user's address, without zone and never IPv4 in IPv6,
// or the zero Addr.
func (s Source) clientAddr(r *http.Request) netip.Addr {
	if s.ClientAddr != nil {
		return plain(s.ClientAddr(r))
	}
	peer := parseAddr(r.RemoteAddr)
	x, hasX := follow(peer, s.TrustXForwardedFor, r.Header.Values("X-Forwarded-For"), parseAddr)
	f, hasF := follow(peer, s.TrustForwarded, r.Header.Values("Forwarded"), parseForwarded)
	switch {
	case !hasF:
		return x
	case !hasX || x == f:
		return f
	}
	// One of the two was written by the user, and it can't be told which.
	return peer
}

// follow goes from addr, the connection's address, over trusted proxies towards
// the user. It reports false, and returns addr, where there is nothing to go by.
//
// The list is taken apart from its right end, on which only trusted proxies
// write. Read from the left, a quotation mark that the user has left open would
// swallow what the proxies wrote behind it. An empty element is not skipped, as
// RFC 9110 section 5.6.1 has it, for the way over it leads to what the user
// wrote; it ends the way like every other element without an address.
func follow(addr netip.Addr, trusted []netip.Prefix, lines []string, parse func(string) netip.Addr) (netip.Addr, bool) {
	// RFC 9110, section 5.3: several lines of one name are one list.
	list := strings.Join(lines, ",")
	if list == "" || !contains(trusted, addr) {
		return addr, false
	}
	for list != "" && contains(trusted, addr) {
		i := strings.LastIndexByte(list, ',')
		next := parse(list[i+1:])
		if !next.IsValid() {
			break
		}
		addr, list = next, list[:max(i, 0)]
	}
	return addr, true
}

func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseForwarded returns the address in the "for" parameter of one element of a
// Forwarded header (RFC 7239, section 4), or the zero Addr.
//
// The element was cut out at commas, and is cut at semicolons, without regard
// for quotation marks. A proxy that also writes the Host it was asked for puts
// the user's text into such marks, and that may hold a comma or semicolon and
// then something like for=192.0.2.1. So a parameter must have no mark at all or
// just the two around its value, and no backslash: then no cut was inside a
// quoted text. An address needs none of these characters.
func parseForwarded(element string) netip.Addr {
	var node string
	for pair := range strings.SplitSeq(element, ";") {
		name, value, _ := strings.Cut(pair, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
			value = value[1 : n-1]
		}
		if strings.ContainsAny(name+value, `"\`) {
			return netip.Addr{}
		}
		if !strings.EqualFold(name, "for") {
			continue
		}
		if node != "" {
			// RFC 7239, section 4, forbids a second one.
			return netip.Addr{}
		}
		node = value
	}
	return parseAddr(node)
}

// parseAddr reads an address as it is found in RemoteAddr, X-Forwarded-For and
// Forwarded (RFC 7239, section 6): IPv4 or IPv6, with or without port, IPv6 in
// brackets or not. For anything else, among it the "unknown" and "_hidden" of
// RFC 7239 and the "@" of a Unix socket, it returns the zero Addr. The port may
// be anything, since proxies may hide it, too.
func parseAddr(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if inner, ok := strings.CutPrefix(s, "["); ok {
		host, port, ok := strings.Cut(inner, "]")
		if !ok || port != "" && port[0] != ':' {
			return netip.Addr{}
		}
		s = host
	} else if strings.Count(s, ":") == 1 {
		s, _, _ = strings.Cut(s, ":")
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return plain(addr)
}

// plain makes one address out of those that differ only in how they were
// written, so that prefixes match and Cognito sees one user in them. A zone
// names a network interface of the machine that wrote it down.
func plain(addr netip.Addr) netip.Addr {
	return addr.WithZone("").Unmap()
}
