// Package contextdata describes a user's HTTP request to Amazon Cognito's
// threat protection: [Source.Admin] for AdminInitiateAuth and
// AdminRespondToAuthChallenge, [Source.Public] for InitiateAuth and
// RespondToAuthChallenge.
//
// Most users need one [Source] for the whole program and hand its result to
// each step of a sign-in, as ContextData or UserContextData of
// [github.com/cognito-go/cognitoauth/challenge.CallOptions]. The zero Source
// is right for a server that users reach directly; one behind a proxy names
// it in [Source.TrustXForwardedFor] or [Source.TrustForwarded].
//
// # What a request can do
//
// Everything in a request may be made up, and nothing in it makes a sign-in
// fail. What is malformed, too long or not to be believed is cut or left out:
// a hostile request gets less said about it.
//
// # What is sent
//
// Headers go by an allow-list, the ones that describe a browser or an app and
// hold no secret (Accept, User-Agent, client hints, …). A list of what to leave
// out, credentials and cookies, could not know the name under which the next
// gateway hands on a token. Other headers are sent when
// [Source.IncludeHeaders] asks for them. The path goes without its query.
//
// See "Collecting data for threat protection in applications" in
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-viewing-threat-protection-app.html.
package contextdata

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Limits of what is sent, whatever the request holds. Browsers stay far below
// them, and all of them together stay far below the service's own 131,072
// characters for each text, above which it refuses the whole sign-in.
const (
	MaxHeaders          = 64       // entries; further ones are left out
	MaxHeaderBytes      = 8 << 10  // names and values together; a header that does not fit is left out
	MaxValueBytes       = 1 << 10  // one header value, the server's name, the path; the rest is cut off
	MaxEncodedDataBytes = 32 << 10 // longer data is left out, for cut it would be worthless
)

// Source says where in a request the facts about its user are. The zero value
// is ready to use, believes no proxy and expects no encoded data. A Source is
// not changed by its methods, so many goroutines may share one.
type Source struct {
	// TrustXForwardedFor and TrustForwarded name the proxies whose word about
	// the user's address counts, each in the list of the header that it
	// writes: X-Forwarded-For (AWS's load balancers, CloudFront, and most
	// others) or Forwarded (RFC 7239).
	//
	// The address is the connection's. While that is a trusted proxy's, it is
	// replaced by the one that the proxy noted, which is the header's
	// rightmost, then by the one to its left, and so on: the result is the
	// rightmost address that is not a trusted proxy's. What stands to its left
	// is only what that address claimed, and is ignored. At an entry that holds
	// no address ("unknown", "_hidden", garbage) the way ends, and the address
	// is that of the proxy that wrote it.
	//
	// It matters which list a proxy is in: the header that it does not write
	// is passed through as the user sent it. For a proxy in both lists the
	// headers are believed as long as they agree; where they do not, the
	// address is the connection's. A user can bring that about and so hide an
	// address, but not choose one. Where several proxies follow each other,
	// all must write the same header and be in its list.
	//
	// A proxy in a list must write its header into every request, behind what
	// is there or in its place. It does not in an Application Load Balancer's
	// "preserve" mode. A Unix socket has no address to be listed; for one, use
	// ClientAddr, or set the request's RemoteAddr to a loopback address first
	// and list that.
	TrustXForwardedFor []netip.Prefix
	TrustForwarded     []netip.Prefix

	// ClientAddr, if not nil, returns the user's address, for example from a
	// header of one's own proxy; then the lists above do not count. The zero
	// Addr says that it is not known.
	ClientAddr func(*http.Request) netip.Addr

	// ServerName is the name under which users know the server. If empty, it
	// is the request's Host without the port, which the user's software
	// writes; without one, the address on which the connection arrived.
	ServerName string

	// IncludeHeaders names headers to send besides the usual ones. Naming
	// Cookie, Authorization or the like sends these, too, to AWS. Host has no
	// effect here: net/http takes it out of the headers.
	IncludeHeaders []string

	// EncodedDataField names the form field, and EncodedDataHeader the request
	// header, that carries what AmazonCognitoAdvancedSecurityData.getData
	// returned in the user's browser. If both are named, the field counts
	// first.
	//
	// The field is looked up in the request's PostForm, so only after the
	// handler has called ParseForm or ParseMultipartForm (PostFormValue and
	// FormValue do). Nothing here reads the body: how much of it to read, and
	// as what, is the handler's to decide. Whoever has the data from
	// elsewhere, such as a JSON body, sets EncodedData in the result.
	EncodedDataField  string
	EncodedDataHeader string
}

// Admin returns the ContextData of the admin API. Its four required members
// (without which the SDK does not send the request) are always set, also for a
// nil request: where nothing is known, ServerName is "unknown", ServerPath is
// "/", HttpHeaders is empty, and IpAddress is 0.0.0.0, an address that no host
// has (RFC 1122, section 3.2.1.3).
//
// See https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ContextDataType.html.
func (s Source) Admin(r *http.Request) *types.ContextDataType {
	r = orEmpty(r)
	addr := s.clientAddr(r)
	if !addr.IsValid() {
		addr = netip.IPv4Unspecified()
	}
	return &types.ContextDataType{
		IpAddress:   aws.String(addr.String()),
		ServerName:  aws.String(s.serverName(r)),
		ServerPath:  aws.String(serverPath(r)),
		HttpHeaders: s.headers(r.Header),
		EncodedData: s.encodedData(r),
	}
}

// Public returns the UserContextData of the public API, never nil. IpAddress
// is nil when it is not known: the service refuses a text that is no address.
//
// Cognito takes the address into account only from an app client that has a
// secret and EnablePropagateAdditionalUserContextData.
//
// See https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserContextDataType.html.
func (s Source) Public(r *http.Request) *types.UserContextDataType {
	r = orEmpty(r)
	d := &types.UserContextDataType{EncodedData: s.encodedData(r)}
	if addr := s.clientAddr(r); addr.IsValid() {
		d.IpAddress = aws.String(addr.String())
	}
	return d
}

// orEmpty spares everything below, ClientAddr included, a nil request.
func orEmpty(r *http.Request) *http.Request {
	if r != nil {
		return r
	}
	return &http.Request{URL: new(url.URL), Header: http.Header{}}
}

func (s Source) serverName(r *http.Request) string {
	host := url.URL{Host: r.Host}
	return cmp.Or(clean(s.ServerName), clean(strings.ToLower(host.Hostname())), localAddr(r), "unknown")
}

// localAddr is the listener's IP address, or empty. A Unix socket's path says
// nothing about the user and something about the machine, so it is left out.
func localAddr(r *http.Request) string {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return ""
	}
	addr := parseAddr(local.String())
	if !addr.IsValid() {
		return ""
	}
	return addr.String()
}

// serverPath leaves out the query, which in a sign-in may hold a code or a
// token.
func serverPath(r *http.Request) string {
	if r.URL == nil {
		return "/"
	}
	return cmp.Or(clean(r.URL.Path), "/")
}

func (s Source) encodedData(r *http.Request) *string {
	var candidates []string
	if s.EncodedDataField != "" {
		candidates = append(candidates, r.PostForm.Get(s.EncodedDataField))
	}
	if s.EncodedDataHeader != "" {
		candidates = append(candidates, r.Header.Get(s.EncodedDataHeader))
	}
	for _, data := range candidates {
		if 0 < len(data) && len(data) <= MaxEncodedDataBytes && isVisible(data) {
			return aws.String(data)
		}
	}
	return nil
}

// isVisible reports whether s is all visible ASCII. The data's form is not
// documented, but the browser script's is base64, so this much is certain.
func isVisible(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}
