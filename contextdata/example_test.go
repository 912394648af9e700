package contextdata_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/cognito-go/cognitoauth/contextdata"
)

// A server behind a load balancer. The user has sent an X-Forwarded-For of
// their own; the load balancer has put the real address behind it.
func Example() {
	source := contextdata.Source{
		ServerName:         "login.example.com",
		TrustXForwardedFor: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")},
		EncodedDataField:   "device",
	}

	signIn := func(w http.ResponseWriter, r *http.Request) {
		// Parsing the form, and how much of it, is the handler's business.
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "bad form", http.StatusBadRequest)
			return
		}

		// With package challenge, this goes into each step of the sign-in:
		//
		//	step, err := client.Start(ctx, start, func(o *challenge.CallOptions) {
		//		o.ContextData = source.Admin(r)
		//	})
		d := source.Admin(r)

		fmt.Println(*d.IpAddress, *d.ServerName, *d.ServerPath, *d.EncodedData)
		for _, h := range d.HttpHeaders {
			fmt.Printf("%s: %s\n", *h.HeaderName, *h.HeaderValue)
		}
	}

	form := "username=alice&password=hunter2&device=ZGV2aWNl"
	r := httptest.NewRequest(http.MethodPost, "/sign-in?next=/inbox", strings.NewReader(form))
	r.RemoteAddr = "10.0.3.4:41000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", "192.0.2.1, 203.0.113.9")
	r.Header.Set("User-Agent", "Mozilla/5.0")
	r.Header.Set("Accept-Language", "de")
	r.Header.Set("Cookie", "session=hunter2")
	signIn(httptest.NewRecorder(), r)

	// Output:
	// 203.0.113.9 login.example.com /sign-in ZGV2aWNl
	// Accept-Language: de
	// User-Agent: Mozilla/5.0
}

// The public API takes less: the address and what the browser's script found.
func ExampleSource_Public() {
	source := contextdata.Source{
		TrustForwarded:    []netip.Prefix{netip.MustParsePrefix("2001:db8:a::/48")},
		EncodedDataHeader: "X-Device",
	}

	r := httptest.NewRequest(http.MethodPost, "/sign-in", nil)
	r.RemoteAddr = "[2001:db8:a::1]:41000"
	r.Header.Set("Forwarded", `for="[2001:db8:b::9]:50123";proto=https`)
	r.Header.Set("X-Device", "ZGV2aWNl")

	d := source.Public(r)
	fmt.Println(aws.ToString(d.IpAddress), aws.ToString(d.EncodedData))
	// Output: 2001:db8:b::9 ZGV2aWNl
}

// A network in front of the server that writes the user's address into a
// header of its own. Only right where no other way leads to the server: the
// function believes whoever is connected.
func ExampleSource_clientAddr() {
	source := contextdata.Source{
		ClientAddr: func(r *http.Request) netip.Addr {
			addr, _ := netip.ParseAddr(r.Header.Get("Example-Client-Address"))
			return addr // the zero Addr, if that was none
		},
	}

	r := httptest.NewRequest(http.MethodPost, "/sign-in", nil)
	r.Header.Set("Example-Client-Address", "203.0.113.9")
	fmt.Println(*source.Admin(r).IpAddress)

	r.Header.Set("Example-Client-Address", "not telling")
	fmt.Println(*source.Admin(r).IpAddress)
	// Output:
	// 203.0.113.9
	// 0.0.0.0
}
