package challenge

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge/internal/steady"
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
		o.HTTPClient = steady.Client{Doer: o.HTTPClient}
	}
}}

// carefulRetryer retries only what the service can't have acted on.
type carefulRetryer struct{ aws.Retryer }

func (r carefulRetryer) IsErrorRetryable(err error) bool {
	e := call{}.newError(err)
	return !e.Ambiguous && (e.Reason == Throttled || e.Reason == Unavailable) && r.Retryer.IsErrorRetryable(err)
}
