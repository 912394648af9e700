package challenge

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge/internal/steady"
)

// attempts watches the HTTP requests that the SDK makes for one call, because
// the error in the end doesn't tell what became of them: it can be that of a
// wait between two of them, or of a call to another service for credentials.
type attempts struct {
	// single says that the call changes something at the service, and so is sent
	// at most once. The SDK's standard retryer sends a call again when its reply
	// was lost; an answer that the service acted on is then refused as "session
	// can only be used once", and the first outcome is lost.
	single bool

	// watched says that the SDK's client took the options, begun that there was
	// a request. A stand-in for the client does neither.
	watched, begun bool

	// lost says that there was a request on which the service may have acted, and
	// of which no refusal came whole; cut that the newest reply ended in an error.
	lost, cut bool

	// passing is the newest error after which the SDK wanted to wait and try
	// again.
	passing error
}

// options adds to the caller's own, which come first because a caller that sets
// a retryer rarely thinks of this.
func (a *attempts) options(optFns []func(*cip.Options)) []func(*cip.Options) {
	return append(optFns[:len(optFns):len(optFns)], func(o *cip.Options) {
		if o.Retryer != nil {
			o.Retryer = retryer{o.Retryer, a}
		}
		if o.HTTPClient != nil {
			a.watched = true
			o.HTTPClient = watcher{steady.Client{Doer: o.HTTPClient}, a}
		}
	})
}

// once is options of a call that is sent at most once.
func (a *attempts) once(optFns []func(*cip.Options)) []func(*cip.Options) {
	a.single = true
	return a.options(optFns)
}

// failed returns the call's error together with what is known of its attempts.
func (a *attempts) failed(err error) error {
	// The SDK keeps the beginning of a reply that it can't decode, tokens and all.
	var decode *smithy.DeserializationError
	if errors.As(err, &decode) {
		decode.Snapshot = nil
	}
	return &watchedError{err, *a}
}

// watchedError is the error of a call whose attempts were watched.
type watchedError struct {
	error
	attempts attempts
}

func (e *watchedError) Unwrap() error { return e.error }

// attemptsOf returns what is known of the attempts of a failed call.
func attemptsOf(err error) attempts {
	var e *watchedError
	if errors.As(err, &e) {
		return e.attempts
	}
	return attempts{}
}

// retryer notes what is to be tried again. Of a single call that is only what
// the service can't have acted on.
type retryer struct {
	aws.Retryer
	attempts *attempts
}

func (r retryer) IsErrorRetryable(err error) bool {
	if r.attempts.single {
		e := call{}.newError(r.attempts.failed(err))
		if r.attempts.lost || e.Ambiguous || e.Reason != Throttled && e.Reason != Unavailable {
			return false
		}
	}
	if !r.Retryer.IsErrorRetryable(err) {
		return false
	}
	r.attempts.passing = err
	return true
}

// GetAttemptToken is that of the caller's retryer, which may limit the rate.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if v2, ok := r.Retryer.(aws.RetryerV2); ok {
		return v2.GetAttemptToken(ctx)
	}
	return r.GetInitialToken(), nil
}

// watcher is the HTTP client of a watched call.
type watcher struct {
	steady.Doer
	attempts *attempts
}

func (w watcher) Do(r *http.Request) (*http.Response, error) {
	if w.attempts.single && w.attempts.lost { // by whatever repeats it
		return nil, errSentAlready
	}
	var traced, connected atomic.Bool
	r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	w.attempts.begun, w.attempts.cut = true, false
	before := w.attempts.lost
	response, err := w.Doer.Do(r)
	switch {
	case err == nil:
		w.attempts.lost = true // until it turns out to be a refusal
		if response != nil && response.Body != nil {
			response.Body = &watchedBody{ReadCloser: response.Body, status: response.StatusCode, attempts: w.attempts, before: before}
		}
	case traced.Load():
		w.attempts.lost = before || connected.Load()
	default: // no client of net/http
		w.attempts.lost = before || !notConnected(err) || r.Context().Err() != nil
	}
	return response, err
}

var errSentAlready = errors.New("challenge: the call was sent already")

// maxReply is the longest reply that is read, in bytes: far more than the
// service sends.
const maxReply = 1 << 20

var errLongReply = errors.New("challenge: the reply is too long")

// watchedBody is the body of a reply.
type watchedBody struct {
	io.ReadCloser
	status   int
	attempts *attempts
	before   bool // lost, before this reply
	size     int
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), maxReply+1-b.size)])
	b.size += n
	switch {
	case b.size > maxReply:
		return 0, errLongReply
	case err == io.EOF && b.size == 0 && b.status < http.StatusMultipleChoices:
		// No operation's reply is empty, and the SDK takes nothing for an
		// empty object.
		b.attempts.cut = true
		return n, io.ErrUnexpectedEOF
	case err == io.EOF && refusing(b.status):
		b.attempts.lost = b.before
	case err != nil && err != io.EOF:
		b.attempts.cut = true
	}
	return n, err
}

// refusing reports whether a reply of this status says that the service did not
// do what it was asked.
func refusing(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError && status != http.StatusRequestTimeout
}
