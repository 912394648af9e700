package contextdata

import (
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// usualHeaders describe the user's browser or app, and not the user, the page
// before (Referer) or the session. They come from RFC 9110 sections 10.1.5 and
// 12.5, User-Agent Client Hints (https://wicg.github.io/ua-client-hints/),
// Fetch Metadata (https://www.w3.org/TR/fetch-metadata/), Tracking Preference
// Expression and Global Privacy Control. What proxies add is not among them: it
// says nothing about the user and differs from request to request.
var usualHeaders = []string{
	"Accept",
	"Accept-Encoding",
	"Accept-Language",
	"Dnt",
	"Sec-Ch-Ua",
	"Sec-Ch-Ua-Arch",
	"Sec-Ch-Ua-Bitness",
	"Sec-Ch-Ua-Form-Factors",
	"Sec-Ch-Ua-Full-Version-List",
	"Sec-Ch-Ua-Mobile",
	"Sec-Ch-Ua-Model",
	"Sec-Ch-Ua-Platform",
	"Sec-Ch-Ua-Platform-Version",
	"Sec-Ch-Ua-Wow64",
	"Sec-Fetch-Dest",
	"Sec-Fetch-Mode",
	"Sec-Fetch-Site",
	"Sec-Fetch-User",
	"Sec-Gpc",
	"Upgrade-Insecure-Requests",
	"User-Agent",
}

// headers returns what is sent of h, sorted by name, the values of one name in
// the order in which they came. (The order of names on the wire, which Cognito
// once asked for, is not kept by net/http.) The result is never nil: the SDK
// takes nil for missing.
func (s Source) headers(h http.Header) []types.HttpHeader {
	names := slices.Clone(usualHeaders)
	for _, name := range s.IncludeHeaders {
		names = append(names, http.CanonicalHeaderKey(name))
	}
	slices.Sort(names)

	sent, size := []types.HttpHeader{}, 0
	for _, name := range slices.Compact(names) {
		for _, value := range h.Values(name) {
			value = clean(value)
			n := len(name) + len(value)
			if value == "" || len(sent) == MaxHeaders || size+n > MaxHeaderBytes {
				continue
			}
			size += n
			sent = append(sent, types.HttpHeader{HeaderName: aws.String(name), HeaderValue: aws.String(value)})
		}
	}
	return sent
}

// clean makes a text from the request fit to be sent on, and to be logged by
// whoever gets it: at most [MaxValueBytes] of printable characters and spaces.
// It never makes a text longer, so the cut can come first; a character that the
// cut halves goes with the rest of the invalid UTF-8.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' ' // a tab may separate words (RFC 9110, section 5.5)
		case r == utf8.RuneError, !unicode.IsPrint(r):
			return -1
		}
		return r
	}, s[:min(len(s), MaxValueBytes)])
	return strings.TrimSpace(s)
}
