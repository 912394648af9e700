package contextdata

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// credentials are names under which tokens, keys and sessions are sent.
var credentials = []string{
	"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "Dpop",
	"X-Amz-Security-Token", "X-Api-Key", "X-Csrf-Token", "X-Xsrf-Token", "X-Auth-Token",
	"X-Amzn-Oidc-Accesstoken", "X-Amzn-Oidc-Data", "X-Amzn-Oidc-Identity",
	"X-Forwarded-Access-Token", "X-Goog-Iap-Jwt-Assertion", "Cf-Access-Jwt-Assertion",
	"X-Vault-Token", "Private-Token", "Referer", "X-Original-Url", "X-Nobody-Has-Heard-Of",
}

func TestHeadersAreSortedAndKeepTheirValuesOrder(t *testing.T) {
	h := http.Header{
		"User-Agent": {"agent"}, "Sec-Ch-Ua": {"b", "a"}, "Accept": {"text/html"}, "Dnt": {"1"},
	}
	want := [][2]string{
		{"Accept", "text/html"}, {"Dnt", "1"}, {"Sec-Ch-Ua", "b"}, {"Sec-Ch-Ua", "a"}, {"User-Agent", "agent"},
	}
	for range 20 { // maps are walked in random order
		if diff := cmp.Diff(want, flatten(t, Source{}.Admin(&http.Request{Header: h})).Headers); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func TestCredentialsAreLeftOut(t *testing.T) {
	h := http.Header{"User-Agent": {"agent"}}
	for _, name := range credentials {
		if name != http.CanonicalHeaderKey(name) {
			t.Fatalf("%s is not canonical, so never seen in a request", name)
		}
		h.Set(name, "hunter2")
	}
	want := [][2]string{{"User-Agent", "agent"}}
	if diff := cmp.Diff(want, flatten(t, Source{}.Admin(&http.Request{Header: h})).Headers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestIncludeHeaders(t *testing.T) {
	h := http.Header{"User-Agent": {"agent"}, "Cookie": {"a=1", "b=2"}, "X-App": {"1.2"}, "Authorization": {"hunter2"}}
	src := Source{IncludeHeaders: []string{"x-app", "COOKIE", "Cookie", "user-agent", "", "Absent"}}
	want := [][2]string{{"Cookie", "a=1"}, {"Cookie", "b=2"}, {"User-Agent", "agent"}, {"X-App", "1.2"}}
	if diff := cmp.Diff(want, flatten(t, src.Admin(&http.Request{Header: h})).Headers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A name that is not canonical would never be found.
func TestUsualHeadersAreCanonicalAndHarmless(t *testing.T) {
	for _, name := range usualHeaders {
		if name != http.CanonicalHeaderKey(name) {
			t.Errorf("%s is not canonical", name)
		}
		if slices.Contains(credentials, name) {
			t.Errorf("%s holds a credential", name)
		}
	}
}

func TestHeaderValues(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                             "plain",
		"a\tb":                              "a b",
		"a\r\nInjected: b":                  "a  Injected: b",
		"\x00\x1b[31mred\x7f":               "[31mred",
		"caf\xe9 café":                      "caf café",
		"a\u202eb\ufeffc\u200bd":            "abcd",
		"\ufffd":                            "",
		" \t\u2028 ":                        "",
		"":                                  "",
		strings.Repeat("x", MaxValueBytes):  strings.Repeat("x", MaxValueBytes),
		strings.Repeat("y", 1<<20):          strings.Repeat("y", MaxValueBytes),
		"x" + strings.Repeat("é", 1<<16):    "x" + strings.Repeat("é", MaxValueBytes/2-1),
		strings.Repeat("\x00", 1<<10) + "z": "",
	} {
		wantHeaders := [][2]string{}
		if want != "" {
			wantHeaders = append(wantHeaders, [2]string{"User-Agent", want})
		}
		r := &http.Request{Header: http.Header{"User-Agent": {in}}}
		if got := flatten(t, Source{}.Admin(r)).Headers; !cmp.Equal(got, wantHeaders) {
			t.Errorf("%.40q: got %.80q, want %.80q", in, got, want)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Run("entries", func(t *testing.T) {
		r := &http.Request{Header: http.Header{"Accept": slices.Repeat([]string{"a"}, 10_000)}}
		if got := len(flatten(t, Source{}.Admin(r)).Headers); got != MaxHeaders {
			t.Errorf("got %d entries, want %d", got, MaxHeaders)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		// Seven full values fit, the eighth does not with its name; what is
		// small still does, though it comes later.
		r := &http.Request{Header: http.Header{
			"Accept":     slices.Repeat([]string{strings.Repeat("a", MaxValueBytes)}, 100),
			"User-Agent": {"agent"},
		}}
		got := flatten(t, Source{}.Admin(r)).Headers
		if len(got) != MaxHeaderBytes/(MaxValueBytes+len("Accept"))+1 || got[len(got)-1] != [2]string{"User-Agent", "agent"} {
			t.Errorf("got %d entries, last %.40q", len(got), got[len(got)-1])
		}
	})
	t.Run("the last byte", func(t *testing.T) {
		full := func(names ...string) (h http.Header, rest int) {
			h, rest = http.Header{}, MaxHeaderBytes
			for _, name := range names {
				h[name] = []string{strings.Repeat("a", MaxValueBytes)}
				rest -= len(name) + MaxValueBytes
			}
			return h, rest
		}
		for extra, want := range map[int]int{0: 8, 1: 7} {
			h, rest := full(usualHeaders[:7]...)
			h["User-Agent"] = []string{strings.Repeat("u", rest-len("User-Agent")+extra)}
			if got := len(flatten(t, Source{}.Admin(&http.Request{Header: h})).Headers); got != want {
				t.Errorf("%d bytes too many: got %d entries, want %d", extra, got, want)
			}
		}
	})
}
