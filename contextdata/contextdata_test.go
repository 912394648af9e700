package contextdata

import (
	"context"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
)

// sent is a ContextData without pointers.
type sent struct {
	IP, Name, Path string
	Headers        [][2]string
	Encoded        string
}

// flatten fails the test unless all that the SDK requires is there.
func flatten(t *testing.T, d *types.ContextDataType) sent {
	t.Helper()
	if d == nil || d.IpAddress == nil || d.ServerName == nil || d.ServerPath == nil || d.HttpHeaders == nil {
		t.Fatalf("a required member is missing: %+v", d)
	}
	s := sent{
		IP: *d.IpAddress, Name: *d.ServerName, Path: *d.ServerPath,
		Headers: [][2]string{}, Encoded: aws.ToString(d.EncodedData),
	}
	for _, h := range d.HttpHeaders {
		s.Headers = append(s.Headers, [2]string{*h.HeaderName, *h.HeaderValue})
	}
	return s
}

func TestAdmin(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "https://login.example.com:8443/sign-in?code=hunter2", nil)
	r.RemoteAddr = "198.51.100.7:50123"
	r.Header.Set("User-Agent", "Mozilla/5.0")
	r.Header.Set("Accept-Language", "de")
	r.Header.Set("X-Fingerprint", "ZGV2aWNl")

	got := flatten(t, Source{EncodedDataHeader: "x-fingerprint"}.Admin(r))
	want := sent{
		IP: "198.51.100.7", Name: "login.example.com", Path: "/sign-in", Encoded: "ZGV2aWNl",
		Headers: [][2]string{{"Accept-Language", "de"}, {"User-Agent", "Mozilla/5.0"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPublic(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.RemoteAddr = "[2001:db8::7]:50123"
	r.Header.Set("X-Fingerprint", "ZGV2aWNl")

	d := Source{EncodedDataHeader: "X-Fingerprint"}.Public(r)
	if aws.ToString(d.IpAddress) != "2001:db8::7" || aws.ToString(d.EncodedData) != "ZGV2aWNl" {
		t.Errorf("got %v %v", aws.ToString(d.IpAddress), aws.ToString(d.EncodedData))
	}

	r.RemoteAddr = "@"
	if d := (Source{}).Public(r); d == nil || d.IpAddress != nil || d.EncodedData != nil {
		t.Errorf("got %+v, want neither member set", d)
	}
}

// Nothing known must still be something that the SDK sends.
func TestNothingKnown(t *testing.T) {
	src := Source{
		TrustXForwardedFor: prefixes("10.0.0.0/8"), TrustForwarded: prefixes("10.0.0.0/8"),
		EncodedDataField: "f", EncodedDataHeader: "h",
	}
	withFunc := Source{ClientAddr: func(r *http.Request) netip.Addr {
		_, _ = r.URL.Path, r.Header.Get("X")
		return netip.Addr{}
	}}
	want := sent{IP: "0.0.0.0", Name: "unknown", Path: "/", Headers: [][2]string{}}
	for name, r := range map[string]*http.Request{
		"nil":                   nil,
		"empty":                 {},
		"unix socket":           {RemoteAddr: "@", URL: &url.URL{}, Header: http.Header{}},
		"no address":            {RemoteAddr: "localhost:http", Host: ":80"},
		"nothing but controls":  {Host: "\x00\r\n", URL: &url.URL{Path: "\x1b\u202e\xff"}},
		"forwarded by a nobody": {Header: http.Header{"X-Forwarded-For": {"192.0.2.1"}, "Forwarded": {"for=192.0.2.1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, flatten(t, src.Admin(r))); diff != "" {
				t.Errorf("Admin (-want +got):\n%s", diff)
			}
			if d := src.Public(r); d == nil || d.IpAddress != nil || d.EncodedData != nil {
				t.Errorf("Public: got %+v", d)
			}
		})
	}
	if diff := cmp.Diff(want, flatten(t, withFunc.Admin(nil))); diff != "" {
		t.Errorf("ClientAddr and nil (-want +got):\n%s", diff)
	}
}

func TestServerName(t *testing.T) {
	tcp := &net.TCPAddr{IP: net.IPv6loopback, Port: 8080, Zone: "lo"}
	unix := &net.UnixAddr{Name: "/run/secret.sock", Net: "unix"}
	tests := []struct {
		name, configured, host string
		local                  net.Addr
		want                   string
	}{
		{"configured", "login.example.com", "evil.example", tcp, "login.example.com"},
		{"host", "", "login.example.com", tcp, "login.example.com"},
		{"host with port", "", "login.example.com:8443", tcp, "login.example.com"},
		{"host in capitals", "", "LOGIN.Example.Com", tcp, "login.example.com"},
		{"host IPv6", "", "[2001:db8::1]:8443", tcp, "2001:db8::1"},
		{"host with line break", "", "login.example.com\r\nx", tcp, "login.example.com  x"},
		{"host too long", "", strings.Repeat("a", 1<<20), tcp, strings.Repeat("a", MaxValueBytes)},
		{"no host", "", "", tcp, "::1"},
		{"no host, unix socket", "", "", unix, "unknown"},
		{"no host, nil address", "", "", (*net.TCPAddr)(nil), "unknown"},
		{"nothing", "", "", nil, "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{Host: tt.host}
			r = r.WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, tt.local))
			if got := flatten(t, Source{ServerName: tt.configured}.Admin(r)).Name; got != tt.want {
				t.Errorf("got %.80q, want %.80q", got, tt.want)
			}
		})
	}
}

func TestServerPath(t *testing.T) {
	for target, want := range map[string]string{
		"/sign-in":                          "/sign-in",
		"/sign-in?session=hunter2#fragment": "/sign-in",
		"":                                  "/",
		"*":                                 "*",
		"/a%00b%0d%0ac%C3%A9%ff":            "/ab  cé",
		"/" + strings.Repeat("é", 1<<16):    "/" + strings.Repeat("é", MaxValueBytes/2-1),
	} {
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if got := flatten(t, Source{}.Admin(&http.Request{URL: u})).Path; got != want {
			t.Errorf("%.40q: got %.80q, want %.80q", target, got, want)
		}
	}
}

func TestEncodedData(t *testing.T) {
	both := Source{EncodedDataField: "asf", EncodedDataHeader: "X-Asf"}
	longest := strings.Repeat("A", MaxEncodedDataBytes)
	tests := []struct {
		name          string
		src           Source
		field, header string
		want          string
	}{
		{"from the field", both, "eyJ+/w==", "", "eyJ+/w=="},
		{"from the header", both, "", "eyJ+/w==", "eyJ+/w=="},
		{"field counts first", both, "field", "header", "field"},
		{"bad field, good header", both, "fie ld", "header", "header"},
		{"field not named", Source{EncodedDataHeader: "X-Asf"}, "field", "", ""},
		{"header not named", Source{EncodedDataField: "asf"}, "", "header", ""},
		{"none named", Source{}, "field", "header", ""},
		{"longest", both, longest, "", longest},
		{"too long is not cut", both, longest + "A", "", ""},
		{"line break", both, "a\r\nb", "", ""},
		{"delete", both, "a\x7fb", "", ""},
		{"not ASCII", both, "é", "", ""},
		{"not UTF-8", both, "\xff", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &http.Request{PostForm: url.Values{"asf": {tt.field}, "": {"nameless"}}, Header: http.Header{}}
			r.Header.Set("X-Asf", tt.header)
			if got := flatten(t, tt.src.Admin(r)).Encoded; got != tt.want {
				t.Errorf("Admin: got %.40q, want %.40q", got, tt.want)
			}
			if got := aws.ToString(tt.src.Public(r).EncodedData); got != tt.want {
				t.Errorf("Public: got %.40q, want %.40q", got, tt.want)
			}
		})
	}
}

// The body is the handler's: what it has parsed is used, and nothing is read.
func TestEncodedDataAndTheBody(t *testing.T) {
	src := Source{EncodedDataField: "asf"}
	multi := &strings.Builder{}
	w := multipart.NewWriter(multi)
	if err := w.WriteField("asf", "ZGV2aWNl"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		contentType, body string
		parse             func(*http.Request) error
	}{
		"form":      {"application/x-www-form-urlencoded", "asf=ZGV2aWNl", (*http.Request).ParseForm},
		"multipart": {w.FormDataContentType(), multi.String(), func(r *http.Request) error { return r.ParseMultipartForm(1 << 10) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/?asf=query", strings.NewReader(tt.body))
			r.Header.Set("Content-Type", tt.contentType)
			if got := flatten(t, src.Admin(r)).Encoded; got != "" {
				t.Errorf("before parsing: got %q", got)
			}
			src.Public(r)
			if left, err := io.ReadAll(r.Body); err != nil || string(left) != tt.body {
				t.Fatalf("body was touched: %q left, %v", left, err)
			}
			r.Body = io.NopCloser(strings.NewReader(tt.body))
			if err := tt.parse(r); err != nil {
				t.Fatal(err)
			}
			if got := flatten(t, src.Admin(r)).Encoded; got != "ZGV2aWNl" {
				t.Errorf("after parsing: got %q", got)
			}
		})
	}
}

// A Source serves all requests of a program at once; under -race this also
// shows that its lists are not sorted in place.
func TestSourceIsNotChanged(t *testing.T) {
	t.Parallel()
	src := Source{
		TrustXForwardedFor: prefixes("10.0.0.0/8", "2001:db8::/32"),
		IncludeHeaders:     []string{"x-b", "x-a", "x-b"},
	}
	before := Source{TrustXForwardedFor: prefixes("10.0.0.0/8", "2001:db8::/32"), IncludeHeaders: []string{"x-b", "x-a", "x-b"}}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header = http.Header{"X-A": {"2", "1"}, "X-B": {"1"}}
	first := flatten(t, src.Admin(r))
	t.Run("group", func(t *testing.T) {
		for range 4 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(first, flatten(t, src.Admin(r))); diff != "" {
					t.Error(diff)
				}
			})
		}
	})
	if !reflect.DeepEqual(src, before) {
		t.Errorf("Source changed: %+v", src)
	}
	// The result is the caller's to change.
	d := src.Admin(r)
	*d.IpAddress, d.HttpHeaders[0] = "changed", types.HttpHeader{}
	if diff := cmp.Diff(first, flatten(t, src.Admin(r))); diff != "" {
		t.Error(diff)
	}
}

func prefixes(ss ...string) []netip.Prefix {
	var ps []netip.Prefix
	for _, s := range ss {
		ps = append(ps, netip.MustParsePrefix(s))
	}
	return ps
}
