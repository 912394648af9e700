// Package steady keeps the AWS SDK from losing replies.
package steady

import (
	"io"
	"net/http"
)

// Client is an HTTP client of the SDK's that keeps a quick reply from being
// lost. The SDK closes a request's body when the reply begins; net/http may then
// still look for the body's end, gets an error from WriteTo, and closes the
// connection (https://github.com/aws/aws-sdk-go-v2/issues/2737). The SDK would
// send the call again, which an answer must not be. Without WriteTo net/http
// uses Read, which reports the end as it should.
type Client struct{ Doer }

// Doer is the SDK's HTTPClient.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Do sends r without WriteTo in its body.
func (c Client) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.Doer.Do(r)
}
