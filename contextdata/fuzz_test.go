package contextdata

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

// FuzzRequest makes a request out of anything. Whatever it is, the result must
// be one that the SDK sends and the service takes.
func FuzzRequest(f *testing.F) {
	f.Add("203.0.113.9:1", "login.example.com:8443", "/sign-in", "User-Agent: a\nAccept: b\nCookie: c\nX-Forwarded-For: 192.0.2.1", "ZGV2aWNl")
	f.Add("[fe80::1%eth0]:1", "[::1]:80", "", "Forwarded: for=\"[2001:db8::1]:4711\";by=_x\nForwarded: for=unknown", "")
	f.Add("10.0.0.1:1", "a:b:c", "/\x00é\xff", "X-Forwarded-For: 6.6.6.6, ::ffff:10.0.0.2\nAuthorization: x\nX-Api-Key: y", "\r\n")
	f.Add("@", "", "*", "Forwarded: for=\";=,\\\nX-Forwarded-For: ,\nUser-Agent: \xe9\nUser-Agent: \u202e", "é")
	f.Fuzz(func(t *testing.T, remote, host, path, lines, encoded string) {
		h := http.Header{}
		for line := range strings.SplitSeq(lines, "\n") {
			name, value, _ := strings.Cut(line, ":")
			h.Add(name, strings.TrimSpace(value))
		}
		r := &http.Request{
			RemoteAddr: remote, Host: host, Header: h,
			URL: &url.URL{Path: path}, PostForm: url.Values{"asf": {encoded}},
		}
		trusted := prefixes("10.0.0.0/8", "2001:db8::/32")
		for _, src := range []Source{
			{EncodedDataField: "asf"},
			{TrustXForwardedFor: trusted, EncodedDataHeader: "User-Agent"},
			{TrustForwarded: trusted},
			{TrustXForwardedFor: trusted, TrustForwarded: trusted},
		} {
			d := flatten(t, src.Admin(r))
			checkBounds(t, d)
			for _, h := range d.Headers {
				if !slices.Contains(usualHeaders, h[0]) || slices.Contains(credentials, h[0]) {
					t.Errorf("header %q was sent", h[0])
				}
			}
			if diff := cmp.Diff(d, flatten(t, src.Admin(r))); diff != "" {
				t.Errorf("differs the second time:\n%s", diff)
			}
			p := src.Public(r)
			if ip := aws.ToString(p.IpAddress); ip != d.IP && (ip != "" || d.IP != "0.0.0.0") {
				t.Errorf("Public says %q, Admin %q", ip, d.IP)
			}
			if aws.ToString(p.EncodedData) != d.Encoded {
				t.Errorf("Public and Admin differ in EncodedData")
			}
		}
	})
}

func checkBounds(t *testing.T, d sent) {
	t.Helper()
	addr, err := netip.ParseAddr(d.IP)
	if err != nil || addr.Zone() != "" || addr.Is4In6() {
		t.Errorf("IpAddress %q: %v", d.IP, err)
	}
	texts := []string{d.Name, d.Path}
	size := 0
	for _, h := range d.Headers {
		texts = append(texts, h[0], h[1])
		size += len(h[0]) + len(h[1])
	}
	for _, s := range texts {
		if s == "" || len(s) > MaxValueBytes || !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n\t\x1b\x7f") {
			t.Errorf("%.80q was sent", s)
		}
	}
	if len(d.Headers) > MaxHeaders || size > MaxHeaderBytes || len(d.Encoded) > MaxEncodedDataBytes {
		t.Errorf("%d headers, %d bytes of them, %d bytes of encoded data", len(d.Headers), size, len(d.Encoded))
	}
	if !slices.IsSortedFunc(d.Headers, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) }) {
		t.Errorf("headers are not sorted: %q", d.Headers)
	}
}

// FuzzSpoofing lets a user write anything in front of what a trusted proxy
// adds, and choose the Host that the proxy quotes. The address must be the one
// that the proxy added. Only through the Host, and only in Forwarded, may the
// user hide it; never replace it.
func FuzzSpoofing(f *testing.F) {
	f.Add("6.6.6.6", "6.6.6.6", "login.example.com")
	f.Add(`for=6.6.6.6;x="`, `\`, "a,for=6.6.6.6")
	f.Add(`for="6.6.6.6`, ",", "a;for=6.6.6.6;b=")
	f.Add("10.0.0.2, 10.0.0.3", "[::1", "a,for=6.6.6.6;c")
	f.Fuzz(func(t *testing.T, lie, line, host string) {
		const proxy, user = "10.0.0.1", "203.0.113.9"
		if strings.ContainsAny(host, `"\`) {
			return // no proxy quotes these unescaped, and no Host holds them
		}
		ip := func(src Source, name string, values ...string) string {
			r := &http.Request{RemoteAddr: proxy + ":1", Header: http.Header{name: values}}
			return flatten(t, src.Admin(r)).IP
		}
		x := Source{TrustXForwardedFor: prefixes("10.0.0.0/8")}
		if got := ip(x, "X-Forwarded-For", line, lie+", "+user); got != user {
			t.Errorf("X-Forwarded-For: got %s", got)
		}
		fwd := Source{TrustForwarded: prefixes("10.0.0.0/8")}
		if got := ip(fwd, "Forwarded", line, lie+`, for="`+user+`:1";proto=https`); got != user {
			t.Errorf("Forwarded: got %s", got)
		}
		for _, element := range []string{
			`for=` + user + `;host="` + host + `"`,
			`host="` + host + `";proto=https;for="` + user + `:1"`,
			`by="_x";host="` + host + `";proto="https"`,
			`host="` + host + `";x="` + host + `"`,
		} {
			if got := ip(fwd, "Forwarded", line, lie+", "+element); got != user && got != proxy {
				t.Errorf("Forwarded with %s: got %s", element, got)
			}
		}
		both := Source{TrustXForwardedFor: prefixes("10.0.0.0/8"), TrustForwarded: prefixes("10.0.0.0/8")}
		r := &http.Request{RemoteAddr: proxy + ":1", Header: http.Header{
			"Forwarded": {line, lie}, "X-Forwarded-For": {user},
		}}
		if got := flatten(t, both.Admin(r)).IP; got != user && got != proxy {
			t.Errorf("both: got %s", got)
		}
	})
}
