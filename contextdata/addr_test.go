package contextdata

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// In these tests 10.0.0.0/8 and 2001:db8:a::/48 are the proxies', 203.0.113.9
// and 2001:db8:b::9 the user's, and 6.6.6.6 is what a liar would like to be.

func TestConnection(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.9:50123":               "203.0.113.9",
		"203.0.113.9":                     "203.0.113.9",
		"[2001:db8:b::9]:50123":           "2001:db8:b::9",
		"2001:db8:b::9":                   "2001:db8:b::9",
		"[2001:0DB8:000b:0::0009]:50123":  "2001:db8:b::9",
		"[fe80::1%eth0]:50123":            "fe80::1",
		"fe80::1%eth0":                    "fe80::1",
		"[::ffff:203.0.113.9]:50123":      "203.0.113.9",
		"[::ffff:203.0.113.9%eth0]:50123": "203.0.113.9",
		" 203.0.113.9:1 ":                 "203.0.113.9",
		"":                                "",
		"@":                               "",
		"/run/app.sock":                   "",
		"localhost:80":                    "",
		":80":                             "",
		"203.0.113.9.1:80":                "",
		"203.0.113.256:80":                "",
		"203.0.113.09:80":                 "", // octal to some readers
		"[2001:db8:b::9":                  "",
		"[2001:db8:b::9]x":                "",
		"[]:80":                           "",
		"3405803785":                      "",
		"\x00":                            "",
	} {
		got := ""
		if d := (Source{}).Public(&http.Request{RemoteAddr: remote}); d.IpAddress != nil {
			got = *d.IpAddress
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", remote, got, want)
		}
	}
}

type headerLines = map[string][]string

func TestProxies(t *testing.T) {
	const x, f = "X-Forwarded-For", "Forwarded"
	var (
		proxies = prefixes("10.0.0.0/8", "2001:db8:a::/48")
		none    = Source{}
		viaX    = Source{TrustXForwardedFor: proxies}
		viaF    = Source{TrustForwarded: proxies}
		both    = Source{TrustXForwardedFor: proxies, TrustForwarded: proxies}
	)
	tests := []struct {
		name   string
		src    Source
		remote string
		header headerLines
		want   string
	}{
		// Who may say something.
		{"nobody is trusted", none, "10.0.0.1:1", headerLines{x: {"6.6.6.6"}, f: {"for=6.6.6.6"}}, "10.0.0.1"},
		{"a user is not", viaX, "203.0.113.9:1", headerLines{x: {"6.6.6.6"}}, "203.0.113.9"},
		{"a user is not (Forwarded)", viaF, "203.0.113.9:1", headerLines{f: {"for=6.6.6.6"}}, "203.0.113.9"},
		{"a Unix socket is not", viaX, "@", headerLines{x: {"6.6.6.6"}}, ""},
		{"IPv6 proxy", viaX, "[2001:db8:a::1]:1", headerLines{x: {"203.0.113.9"}}, "203.0.113.9"},
		{"IPv6 proxy, zone", viaX, "[2001:db8:a::1%eth0]:1", headerLines{x: {"203.0.113.9"}}, "203.0.113.9"},
		{"IPv4 proxy in IPv6", viaX, "[::ffff:10.0.0.1]:1", headerLines{x: {"203.0.113.9"}}, "203.0.113.9"},
		{"IPv4 proxy in IPv6, on the way", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9, ::ffff:10.0.0.2"}}, "203.0.113.9"},

		// X-Forwarded-For.
		{"one proxy", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9"}}, "203.0.113.9"},
		{"two proxies", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9, 10.0.0.2"}}, "203.0.113.9"},
		{"without spaces", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9,10.0.0.2"}}, "203.0.113.9"},
		{"ports", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9:50123, 10.0.0.2:443"}}, "203.0.113.9"},
		{"IPv6", viaX, "10.0.0.1:1", headerLines{x: {"2001:db8:b::9"}}, "2001:db8:b::9"},
		{"IPv6 in brackets, port", viaX, "10.0.0.1:1", headerLines{x: {"[2001:db8:b::9]:50123"}}, "2001:db8:b::9"},
		{"IPv6 in brackets", viaX, "10.0.0.1:1", headerLines{x: {"[2001:db8:b::9]"}}, "2001:db8:b::9"},
		{"IPv6 with zone", viaX, "10.0.0.1:1", headerLines{x: {"fe80::9%eth0"}}, "fe80::9"},
		{"two lines", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9", "10.0.0.2"}}, "203.0.113.9"},
		{"all inside", viaX, "10.0.0.1:1", headerLines{x: {"10.0.0.3, 10.0.0.2"}}, "10.0.0.3"},
		{"no header", viaX, "10.0.0.1:1", nil, "10.0.0.1"},
		{"empty header", viaX, "10.0.0.1:1", headerLines{x: {""}}, "10.0.0.1"},

		// Lies to the left.
		{"lie in the same line", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, 203.0.113.9"}}, "203.0.113.9"},
		{"lie in another line", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6", "203.0.113.9"}}, "203.0.113.9"},
		{"lie posing as a proxy", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, 10.0.0.5, 203.0.113.9, 10.0.0.2"}}, "203.0.113.9"},
		{"garbage in the same line", viaX, "10.0.0.1:1", headerLines{x: {"\"\\,;=,, 203.0.113.9"}}, "203.0.113.9"},
		{"the other header", viaX, "10.0.0.1:1", headerLines{x: {"203.0.113.9"}, f: {"for=6.6.6.6"}}, "203.0.113.9"},
		{"only the other header", viaX, "10.0.0.1:1", headerLines{f: {"for=6.6.6.6"}}, "10.0.0.1"},
		{"headers of the same kind", viaX, "10.0.0.1:1", headerLines{"X-Real-Ip": {"6.6.6.6"}, "X-Client-Ip": {"6.6.6.6"}}, "10.0.0.1"},

		// Where a proxy gives no address, the way ends at it.
		{"unknown", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, unknown"}}, "10.0.0.1"},
		{"unknown, one later", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, unknown, 10.0.0.2"}}, "10.0.0.2"},
		{"empty element", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, "}}, "10.0.0.1"},
		{"empty line", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6", ""}}, "10.0.0.1"},
		{"only a comma", viaX, "10.0.0.1:1", headerLines{x: {","}}, "10.0.0.1"},
		{"nginx on a Unix socket", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, unix:"}}, "10.0.0.1"},
		{"Forwarded syntax", viaX, "10.0.0.1:1", headerLines{x: {"6.6.6.6, for=203.0.113.9"}}, "10.0.0.1"},

		// Forwarded.
		{"for", viaF, "10.0.0.1:1", headerLines{f: {"for=203.0.113.9"}}, "203.0.113.9"},
		{"other parameters", viaF, "10.0.0.1:1", headerLines{f: {`by=10.0.0.1;for=203.0.113.9;host="a.example:8443";proto=https`}}, "203.0.113.9"},
		{"capitals, spaces", viaF, "10.0.0.1:1", headerLines{f: {`Proto=https; FOR = "203.0.113.9" ;`}}, "203.0.113.9"},
		{"port", viaF, "10.0.0.1:1", headerLines{f: {`for="203.0.113.9:50123"`}}, "203.0.113.9"},
		{"hidden port", viaF, "10.0.0.1:1", headerLines{f: {`for="203.0.113.9:_p"`}}, "203.0.113.9"},
		{"IPv6 with port", viaF, "10.0.0.1:1", headerLines{f: {`for="[2001:db8:b::9]:4711"`}}, "2001:db8:b::9"},
		{"IPv6", viaF, "10.0.0.1:1", headerLines{f: {`for="[2001:db8:b::9]"`}}, "2001:db8:b::9"},
		{"IPv6 without quotes", viaF, "10.0.0.1:1", headerLines{f: {`for=[2001:db8:b::9]:4711`}}, "2001:db8:b::9"},
		{"two elements", viaF, "10.0.0.1:1", headerLines{f: {`for=6.6.6.6, for=203.0.113.9, for="[2001:db8:a::2]"`}}, "203.0.113.9"},
		{"two lines", viaF, "10.0.0.1:1", headerLines{f: {`for=6.6.6.6`, `for=203.0.113.9`, `for="[2001:db8:a::2]"`}}, "203.0.113.9"},
		{"unknown", viaF, "10.0.0.1:1", headerLines{f: {"for=6.6.6.6, for=unknown"}}, "10.0.0.1"},
		{"hidden", viaF, "10.0.0.1:1", headerLines{f: {`for=6.6.6.6, for="_hidden", for=10.0.0.2`}}, "10.0.0.2"},
		{"no for", viaF, "10.0.0.1:1", headerLines{f: {"for=6.6.6.6, by=10.0.0.1"}}, "10.0.0.1"},
		{"two fors", viaF, "10.0.0.1:1", headerLines{f: {"for=6.6.6.6;for=203.0.113.9"}}, "10.0.0.1"},
		{"empty for", viaF, "10.0.0.1:1", headerLines{f: {"for=6.6.6.6, for="}}, "10.0.0.1"},
		{"bare address", viaF, "10.0.0.1:1", headerLines{f: {"203.0.113.9"}}, "10.0.0.1"},
		{"name that ends in for", viaF, "10.0.0.1:1", headerLines{f: {"xfor=6.6.6.6"}}, "10.0.0.1"},
		{"the other header", viaF, "10.0.0.1:1", headerLines{f: {"for=203.0.113.9"}, x: {"6.6.6.6"}}, "203.0.113.9"},
		{"only the other header", viaF, "10.0.0.1:1", headerLines{x: {"6.6.6.6"}}, "10.0.0.1"},

		// Quotation marks. A user's open one hides nothing that a proxy wrote …
		{"open quote before", viaF, "10.0.0.1:1", headerLines{f: {`for=6.6.6.6;x=", for=203.0.113.9`}}, "203.0.113.9"},
		{"open quote and quotes", viaF, "10.0.0.1:1", headerLines{f: {`x=", for="[2001:db8:b::9]:1";proto=https`}}, "2001:db8:b::9"},
		{"open quote in another line", viaF, "10.0.0.1:1", headerLines{f: {`x="`, `for=203.0.113.9`}}, "203.0.113.9"},
		{"backslash at the end", viaF, "10.0.0.1:1", headerLines{f: {`x="\`, `for="203.0.113.9"`}}, "203.0.113.9"},
		// … and a Host that a proxy quotes is no address.
		{"comma in quotes", viaF, "10.0.0.1:1", headerLines{f: {`for=203.0.113.9;host="a,for=6.6.6.6"`}}, "10.0.0.1"},
		{"comma in quotes, more behind", viaF, "10.0.0.1:1", headerLines{f: {`host="a,for=6.6.6.6;y=";for="203.0.113.9"`}}, "10.0.0.1"},
		{"comma in quotes, name behind", viaF, "10.0.0.1:1", headerLines{f: {`for=203.0.113.9;host="a,for=6.6.6.6;c";proto=https`}}, "10.0.0.1"},
		{"semicolon in quotes", viaF, "10.0.0.1:1", headerLines{f: {`host="a;for=6.6.6.6;b=";by=10.0.0.1`}}, "10.0.0.1"},
		{"escaped quote", viaF, "10.0.0.1:1", headerLines{f: {`host="a\";for=6.6.6.6;b=\"";by=10.0.0.1`}}, "10.0.0.1"},
		{"escaped quote, open end", viaF, "10.0.0.1:1", headerLines{f: {`host="a\";for=6.6.6.6`}}, "10.0.0.1"},
		{"escaped address", viaF, "10.0.0.1:1", headerLines{f: {`for="203.0.113.\9"`}}, "10.0.0.1"},
		{"quotes within", viaF, "10.0.0.1:1", headerLines{f: {`for="203."0.113.9"`}}, "10.0.0.1"},
		{"single quote", viaF, "10.0.0.1:1", headerLines{f: {`for="`}}, "10.0.0.1"},

		// Both lists: neither header alone can be used to choose an address.
		{"both, X-Forwarded-For", both, "10.0.0.1:1", headerLines{x: {"203.0.113.9"}}, "203.0.113.9"},
		{"both, Forwarded", both, "10.0.0.1:1", headerLines{f: {"for=203.0.113.9"}}, "203.0.113.9"},
		{"both agree", both, "10.0.0.1:1", headerLines{x: {"203.0.113.9"}, f: {"for=203.0.113.9"}}, "203.0.113.9"},
		{"both, one is a lie", both, "10.0.0.1:1", headerLines{x: {"203.0.113.9"}, f: {"for=6.6.6.6"}}, "10.0.0.1"},
		{"both, the other is a lie", both, "10.0.0.1:1", headerLines{x: {"6.6.6.6"}, f: {"for=203.0.113.9"}}, "10.0.0.1"},
		{"both, lie beside unknown", both, "10.0.0.1:1", headerLines{x: {"unknown"}, f: {"for=6.6.6.6"}}, "10.0.0.1"},
		{"both, lie beside hidden", both, "10.0.0.1:1", headerLines{x: {"6.6.6.6"}, f: {"for=_hidden"}}, "10.0.0.1"},

		// Each proxy for its own header.
		{
			"two kinds of proxy, X-Forwarded-For",
			Source{TrustXForwardedFor: prefixes("10.1.0.0/16"), TrustForwarded: prefixes("10.2.0.0/16")},
			"10.1.0.1:1",
			headerLines{x: {"203.0.113.9"}, f: {"for=6.6.6.6"}},
			"203.0.113.9",
		},
		{
			"two kinds of proxy, Forwarded",
			Source{TrustXForwardedFor: prefixes("10.1.0.0/16"), TrustForwarded: prefixes("10.2.0.0/16")},
			"10.2.0.1:1",
			headerLines{x: {"6.6.6.6"}, f: {"for=203.0.113.9"}},
			"203.0.113.9",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: tt.remote, Header: tt.header}
			got := ""
			if d := tt.src.Public(r); d.IpAddress != nil {
				got = *d.IpAddress
			}
			if got != tt.want {
				t.Errorf("Public: got %q, want %q", got, tt.want)
			}
			want := tt.want
			if want == "" {
				want = "0.0.0.0"
			}
			if got := flatten(t, tt.src.Admin(r)).IP; got != want {
				t.Errorf("Admin: got %q, want %q", got, want)
			}
		})
	}
}

func TestClientAddr(t *testing.T) {
	r := &http.Request{RemoteAddr: "10.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"6.6.6.6"}}}
	for in, want := range map[netip.Addr]string{
		netip.MustParseAddr("203.0.113.9"):        "203.0.113.9",
		netip.MustParseAddr("::ffff:203.0.113.9"): "203.0.113.9",
		netip.MustParseAddr("fe80::9%eth0"):       "fe80::9",
		{}:                                        "0.0.0.0",
	} {
		src := Source{
			TrustXForwardedFor: prefixes("10.0.0.0/8"),
			ClientAddr: func(got *http.Request) netip.Addr {
				if got != r {
					t.Error("ClientAddr got another request")
				}
				return in
			},
		}
		if got := flatten(t, src.Admin(r)).IP; got != want {
			t.Errorf("Admin: %v: got %q, want %q", in, got, want)
		}
		if got := src.Public(r).IpAddress; (got != nil) != in.IsValid() {
			t.Errorf("Public: %v: got %v", in, got)
		}
	}
}

// A foreign writer of the header and a real connection: the standard library's
// reverse proxy in front of its server, with a user who lies.
func TestReverseProxy(t *testing.T) {
	src := Source{TrustXForwardedFor: prefixes("127.0.0.1/32", "::1/128")}
	var got sent
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = flatten(t, src.Admin(r))
	}))
	defer app.Close()
	target, err := url.Parse(app.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target) // appends to X-Forwarded-For

	r := httptest.NewRequest(http.MethodPost, "http://login.example.com/sign-in?q=1", strings.NewReader("x=1"))
	r.RemoteAddr = "203.0.113.9:50123"
	r.Header.Set("X-Forwarded-For", "6.6.6.6, 127.0.0.1")
	r.Header.Set("Forwarded", "for=6.6.6.6")
	r.Header.Set("User-Agent", "test")
	proxy.ServeHTTP(httptest.NewRecorder(), r)
	if got.IP != "203.0.113.9" || got.Name != "login.example.com" || got.Path != "/sign-in" {
		t.Errorf("got %+v", got)
	}
}
