package challenge_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
)

// attempts is an HTTP client that gives its outcomes one after another, the
// last one for ever, and counts.
type attempts struct {
	outcomes []func(*http.Request) (*http.Response, error)
	count    int
}

func (a *attempts) Do(r *http.Request) (*http.Response, error) {
	outcome := a.outcomes[min(a.count, len(a.outcomes)-1)]
	a.count++
	return outcome(r)
}

func respondWith(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status,
			Header:     http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
			Body:       io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

func failWith(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// cutOff replies with a body that ends in err.
func cutOff(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{},
			Body: io.NopCloser(io.MultiReader(bytes.NewReader([]byte(`{"Authentication`)), errReader{err})),
		}, nil
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

const tokensBody = `{"AuthenticationResult":{"AccessToken":"a","ExpiresIn":3600,"TokenType":"Bearer"},"ChallengeParameters":{}}`

// TestBodiesAreRead: net/http must not find WriteTo in the body of an answer,
// or a quick reply can be lost (aws-sdk-go-v2#2737).
func TestBodiesAreRead(t *testing.T) {
	for _, api := range []string{"public", "admin"} {
		looked := false
		client := newSDKClient(t, api, &attempts{outcomes: []func(*http.Request) (*http.Response, error){
			func(r *http.Request) (*http.Response, error) {
				looked = true
				if _, ok := r.Body.(io.WriterTo); ok {
					t.Errorf("%s: the body can write itself", api)
				}
				if body, err := io.ReadAll(r.Body); err != nil || !bytes.Contains(body, []byte("SMS_MFA_CODE")) {
					t.Errorf("%s: the body is %q, %v", api, body, err)
				}
				return respondWith(200, tokensBody)(r)
			},
		}})
		if _, err := client.Respond(t.Context(), filled["SMS_MFA"].form()); err != nil || !looked {
			t.Errorf("%s: %v", api, err)
		}
	}
}

// TestAnswersAreSentOnce counts the attempts of the SDK's standard retryer,
// with each fault before and after the service could act.
func TestAnswersAreSentOnce(t *testing.T) {
	type outcome = func(*http.Request) (*http.Response, error)
	throttled := respondWith(400, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`)
	ok := respondWith(200, tokensBody)
	hang := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for name, tt := range map[string]struct {
		outcomes  []outcome
		attempts  int
		reason    challenge.Reason // empty for success
		ambiguous bool
	}{
		"throttled, then not":    {[]outcome{throttled, throttled, ok}, 3, "", false},
		"throttled":              {[]outcome{throttled}, 3, challenge.Throttled, false},
		"no connection, then ok": {[]outcome{failWith(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), ok}, 2, "", false},
		"no connection":          {[]outcome{failWith(&net.OpError{Op: "dial", Err: errors.New("connection refused")})}, 3, challenge.Unavailable, false},
		"reply lost":             {[]outcome{failWith(io.EOF), ok}, 1, challenge.Unavailable, true},
		"connection reset":       {[]outcome{failWith(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}), ok}, 1, challenge.Unavailable, true},
		"500":                    {[]outcome{respondWith(500, `{"__type":"InternalErrorException","message":"Internal server error."}`), ok}, 1, challenge.Unavailable, true},
		"503 in HTML":            {[]outcome{respondWith(503, `<html>`), ok}, 1, challenge.Unavailable, true},
		"reply cut off":          {[]outcome{cutOff(io.ErrUnexpectedEOF), ok}, 1, challenge.Unavailable, true},
		"reset within the reply": {[]outcome{cutOff(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")}), ok}, 1, challenge.Unavailable, true},
		"time ran out":           {[]outcome{hang, ok}, 1, challenge.Unavailable, true},
		"wrong code":             {[]outcome{respondWith(400, `{"__type":"CodeMismatchException","message":"x"}`), ok}, 1, challenge.BadCode, false},
		"blocked":                {[]outcome{respondWith(403, `<html>`), ok}, 1, challenge.Blocked, false},
	} {
		for _, api := range []string{"public", "admin"} {
			t.Run(name+"/"+api, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { // the retryer waits between its attempts
					http := &attempts{outcomes: tt.outcomes}
					client := newSDKClient(t, api, http)
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					_, err := client.Respond(ctx, filled["SMS_MFA"].form())
					if http.count != tt.attempts {
						t.Errorf("sent %d times, expected %d", http.count, tt.attempts)
					}
					if tt.reason == "" {
						if err != nil {
							t.Error(err)
						}
						return
					}
					var e *challenge.Error
					if !errors.As(err, &e) {
						t.Fatalf("got %T: %v", err, err)
					}
					if e.Reason != tt.reason || e.Ambiguous != tt.ambiguous {
						t.Errorf("reason %q, ambiguous %t, expected %q, %t: %v", e.Reason, e.Ambiguous, tt.reason, tt.ambiguous, err)
					}
				})
			})
		}
	}
}

// TestStartsAreRepeated: starting a sign-in twice costs a message at most.
func TestStartsAreRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		http := &attempts{outcomes: []func(*http.Request) (*http.Response, error){failWith(io.EOF), respondWith(200, tokensBody)}}
		client := newSDKClient(t, "public", http)
		if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}); err != nil || http.count != 2 {
			t.Errorf("got %v after %d attempts", err, http.count)
		}
	})
}

// TestCallersRetryerIsBound: a retryer given for the call does not undo it.
func TestCallersRetryerIsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		http := &attempts{outcomes: []func(*http.Request) (*http.Response, error){failWith(io.EOF)}}
		client := newSDKClient(t, "public", http)
		_, err := client.Respond(t.Context(), filled["SMS_MFA"].form(), func(o *challenge.CallOptions) {
			o.SDK = append(o.SDK, func(o *cip.Options) { o.Retryer = eager{}; o.RetryMaxAttempts = 10 })
		})
		if err == nil || http.count != 1 {
			t.Errorf("got %v after %d attempts", err, http.count)
		}
	})
}

// eager retries everything.
type eager struct{}

func (eager) IsErrorRetryable(error) bool                  { return true }
func (eager) MaxAttempts() int                             { return 5 }
func (eager) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
func (eager) GetRetryToken(context.Context, error) (func(error) error, error) {
	return func(error) error { return nil }, nil
}
func (eager) GetInitialToken() func(error) error { return func(error) error { return nil } }

func newSDKClient(t *testing.T, api string, http cip.HTTPClient) *challenge.Client {
	t.Helper()
	sdk := cip.New(cip.Options{
		Region: "eu-west-1", HTTPClient: http,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key"}, nil
		}),
	})
	c := config
	c.Transport = challenge.Public(sdk)
	if api == "admin" {
		c.Transport = challenge.Admin(sdk)
	}
	client, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
