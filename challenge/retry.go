package challenge

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// onlyOnce makes a call that changes something at the service be sent at most
// once. The SDK's standard retryer sends a call again when its reply was lost;
// an answer that the service acted on is then refused as "session can only be
// used once", and the first outcome is lost.
//
// It comes after the caller's own option functions, because a caller that sets
// a retryer rarely thinks of this.
var onlyOnce = []func(*cip.Options){func(o *cip.Options) {
	if o.Retryer != nil {
		o.Retryer = carefulRetryer{o.Retryer}
	}
	if o.HTTPClient != nil {
		o.HTTPClient = steadyClient{o.HTTPClient}
	}
}}

// steadyClient keeps a quick reply from being lost. The SDK closes a request's
// body when the reply begins; net/http may then still look for the body's end,
// gets an error from WriteTo, and closes the connection
// (https://github.com/aws/aws-sdk-go-v2/issues/2737). The SDK would send the
// call again, which an answer must not be. Without WriteTo net/http uses Read,
// which reports the end as it should.
type steadyClient struct{ cip.HTTPClient }

func (c steadyClient) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.HTTPClient.Do(r)
}

// carefulRetryer retries only what the service can't have acted on.
type carefulRetryer struct{ aws.Retryer }

func (r carefulRetryer) IsErrorRetryable(err error) bool {
	e := call{}.newError(err)
	return !e.Ambiguous && (e.Reason == Throttled || e.Reason == Unavailable) && r.Retryer.IsErrorRetryable(err)
}
