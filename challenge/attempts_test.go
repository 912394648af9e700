package challenge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

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
		"503, throttled":         {[]outcome{respondWith(503, `{"__type":"ThrottlingException"}`), ok}, 1, challenge.Throttled, false},
		"500, throttled":         {[]outcome{respondWith(500, `{"__type":"ThrottlingException"}`), ok}, 1, challenge.Unavailable, true},
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

// TestSessionsOfSignUpsAreSentOnce: a start that has a session is like an answer.
func TestSessionsOfSignUpsAreSentOnce(t *testing.T) {
	for _, api := range []string{"public", "admin"} {
		http := &attempts{outcomes: []func(*http.Request) (*http.Response, error){failWith(io.EOF), respondWith(200, tokensBody)}}
		_, err := newSDKClient(t, api, http).Start(t.Context(), challenge.Choice{Username: "alice", Session: secret("s")})
		var e *challenge.Error
		if !errors.As(err, &e) || http.count != 1 || !e.Ambiguous || e.Retryable {
			t.Errorf("%s: got %+v after %d attempts", api, e, http.count)
		}
	}
}

// TestOutOfTimeBetweenAttempts: what the call waited for is not hidden by the end
// of its time, and nothing is on its way.
func TestOutOfTimeBetweenAttempts(t *testing.T) {
	slow := func(o *challenge.CallOptions) {
		o.SDK = append(o.SDK, func(o *cip.Options) {
			o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Second, nil })
			})
		})
	}
	for name, tt := range map[string]struct {
		outcome func(*http.Request) (*http.Response, error)
		want    challenge.Reason
	}{
		"throttled":     {respondWith(400, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`), challenge.Throttled},
		"no connection": {failWith(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), challenge.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){tt.outcome}})
				for what, call := range map[string]func(context.Context) (challenge.Step, error){
					"Start": func(ctx context.Context) (challenge.Step, error) {
						return client.Start(ctx, challenge.UserPassword{Username: "alice", Password: secret("pw")}, slow)
					},
					"Respond": func(ctx context.Context) (challenge.Step, error) {
						return client.Respond(ctx, filled["SMS_MFA"].form(), slow)
					},
				} {
					ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
					_, err := call(ctx)
					cancel()
					var e *challenge.Error
					if !errors.As(err, &e) || e.Reason != tt.want || e.Ambiguous || !e.Retryable || !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("%s: got %+v, %v", what, e, err)
					}
				}
			})
		})
	}
}

// served returns a client of a server, and counts what that gets to see.
func served(t *testing.T, url string, client cip.HTTPClient, retryer aws.Retryer) *challenge.Client {
	t.Helper()
	c := config
	c.Transport = challenge.Public(cip.New(cip.Options{Region: "eu-west-1", BaseEndpoint: &url, HTTPClient: client, Retryer: retryer}))
	made, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestLostOnTheWay has real connections, which end in all kinds of errors: an
// answer counts as sent exactly if there was a connection for it.
func TestLostOnTheWay(t *testing.T) {
	var seen atomic.Int32
	abort := func(w http.ResponseWriter, half bool) {
		if half {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, tokensBody[:20])
			w.(http.Flusher).Flush()
		}
		panic(http.ErrAbortHandler)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen.Add(1)
		io.Copy(io.Discard, r.Body)
		switch r.URL.Path {
		case "/half/":
			abort(w, true)
		case "/nothing/":
			abort(w, false)
		case "/empty/":
			w.WriteHeader(http.StatusOK)
		case "/408/":
			w.WriteHeader(http.StatusRequestTimeout)
		case "/gzip/":
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "no gzip")
		case "/elsewhere/":
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}
	})
	plain := httptest.NewServer(handler)
	defer plain.Close()
	h2 := httptest.NewUnstartedServer(handler)
	h2.EnableHTTP2 = true
	h2.Config.ErrorLog = log.New(io.Discard, "", 0)
	h2.StartTLS()
	defer h2.Close()
	silent := func(l net.Listener) { // takes connections and says nothing
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}
	closing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closing.Close()
	go silent(closing)

	through := func(proxy string) *http.Client {
		u, err := url.Parse(proxy)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(u)}}
	}
	for name, tt := range map[string]struct {
		url    string
		client cip.HTTPClient
		sent   bool
	}{
		"cut off":                    {plain.URL + "/half", plain.Client(), true},
		"cut off, HTTP/2":            {h2.URL + "/half", h2.Client(), true},
		"no reply":                   {plain.URL + "/nothing", plain.Client(), true},
		"no reply, HTTP/2":           {h2.URL + "/nothing", h2.Client(), true},
		"empty":                      {plain.URL + "/empty", plain.Client(), true},
		"empty, HTTP/2":              {h2.URL + "/empty", h2.Client(), true},
		"not decompressed":           {plain.URL + "/gzip", plain.Client(), true},
		"408":                        {plain.URL + "/408", plain.Client(), true},
		"redirected to nobody":       {plain.URL + "/elsewhere", plain.Client(), true},
		"refused":                    {"http://127.0.0.1:1", &http.Client{}, false},
		"HTTPS to HTTP":              {strings.Replace(plain.URL, "http:", "https:", 1), &http.Client{}, false},
		"unknown authority":          {h2.URL, &http.Client{}, false},
		"no TLS handshake":           {"https://" + closing.Addr().String(), &http.Client{}, false},
		"proxy refused":              {h2.URL, through("http://127.0.0.1:1"), false},
		"proxy takes no CONNECT":     {h2.URL, through(plain.URL), false},
		"the SDK's client, cut off":  {plain.URL + "/half", awshttp.NewBuildableClient(), true},
		"the SDK's client, refused":  {"http://127.0.0.1:1", awshttp.NewBuildableClient(), false},
		"the SDK's client, to HTTPS": {h2.URL, awshttp.NewBuildableClient(), false},
	} {
		seen.Store(0)
		client := served(t, tt.url, tt.client, eager{})
		_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) || e.Reason != challenge.Unavailable || e.Ambiguous != tt.sent || e.Retryable == tt.sent {
			t.Errorf("%s: got %+v, %T: %v", name, e, err, err)
		}
		if n := seen.Load(); tt.sent && n != 1 {
			t.Errorf("%s: sent %d times", name, n)
		}
	}
}

// TestTransportsMayWrap: what is known of the attempts passes a transport of the
// caller's around this package's own.
func TestTransportsMayWrap(t *testing.T) {
	c := config
	c.Transport = wrapping{challenge.Public(cip.New(cip.Options{
		Region: "eu-west-1", Retryer: aws.NopRetryer{},
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("a dialer's own error")
		}}},
	}))}
	client, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Respond(t.Context(), filled["SMS_MFA"].form())
	var e *challenge.Error
	if !errors.As(err, &e) || e.Ambiguous || e.SessionUsable != challenge.Yes || !strings.Contains(err.Error(), "a dialer's own error") {
		t.Errorf("got %+v, %v", e, err)
	}
}

type wrapping struct{ challenge.Transport }

func (w wrapping) Respond(ctx context.Context, r challenge.RespondRequest) (*challenge.Reply, error) {
	reply, err := w.Transport.Respond(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("wrapped: %w", err)
	}
	return reply, nil
}

// TestCausesAreNotReplies: a context can end for any reason, and its cause then
// stands where the error of the connection would.
func TestCausesAreNotReplies(t *testing.T) {
	for name, cause := range map[string]error{
		"another's dial": &net.OpError{Op: "dial", Err: errors.New("connection refused")},
		"a text":         errors.New("the client left"),
	} {
		begun := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, tokensBody[:20])
			w.(http.Flusher).Flush()
			close(begun)
			<-r.Context().Done()
		}))
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			<-begun
			cancel(cause)
		}()
		_, err := served(t, server.URL, server.Client(), nil).Respond(ctx, filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) || e.Reason != challenge.Unavailable || !e.Ambiguous || e.Retryable {
			t.Errorf("%s: got %+v, %T: %v", name, e, err, err)
		}
		cancel(nil)
		server.Close()
	}
}

// TestLongReplies: nobody has to hold a reply of any length.
func TestLongReplies(t *testing.T) {
	read := 0
	endless := func(*http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(`{"Session":"`), readerFunc(func(p []byte) (int, error) {
			for i := range p {
				p[i] = 's'
			}
			read += len(p)
			return len(p), nil
		}))
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(body)}, nil
	}
	client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){endless}})
	for what, call := range map[string]func() (challenge.Step, error){
		"Start": func() (challenge.Step, error) {
			return client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
		},
		"Respond": func() (challenge.Step, error) { return client.Respond(t.Context(), filled["SMS_MFA"].form()) },
	} {
		read = 0
		_, err := call()
		var malformed *challenge.MalformedError
		if !errors.As(err, &malformed) || malformed.Problem != "is too long" || read > 1<<20 {
			t.Errorf("%s: read %d bytes: %v", what, read, err)
		}
	}
}

// TestLongestReply: one of 1 MiB is read to its end, and one byte more is not.
func TestLongestReply(t *testing.T) {
	padded := func(n int) string { return strings.Repeat(" ", n-len(tokensBody)) + tokensBody }
	client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){
		respondWith(200, padded(1<<20)), respondWith(200, padded(1<<20+1)),
	}})
	if _, err := client.Respond(t.Context(), filled["SMS_MFA"].form()); err != nil {
		t.Error(err)
	}
	var malformed *challenge.MalformedError
	if _, err := client.Respond(t.Context(), filled["SMS_MFA"].form()); !errors.As(err, &malformed) {
		t.Errorf("one byte more: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestRepliesAreNotKept: the SDK's error has the beginning of a reply that it
// can't decode.
func TestRepliesAreNotKept(t *testing.T) {
	for _, body := range []string{`{"Session":1,"AuthenticationResult":{"AccessToken":"h4ckm3-token"}}`, `{"AuthenticationResult":{"AccessToken":"h4ckm3-token"`} {
		client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(200, body)}})
		_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
		var decode *smithy.DeserializationError
		if !errors.As(err, &decode) || len(decode.Snapshot) > 0 {
			t.Errorf("kept %q of %v", decode.Snapshot, err)
		}
		var malformed *challenge.MalformedError
		if errors.As(err, &malformed) {
			if text, err := json.Marshal(malformed); err != nil || string(text) != `{"Challenge":"SMS_MFA","Key":"body","Problem":"can't be decoded"}` {
				t.Errorf("as JSON: %s, %v", text, err)
			}
		}
	}
}

// TestCredentialsOfAnotherService: an error of the service that has the
// credentials is none of Cognito's, and nothing was sent.
func TestCredentialsOfAnotherService(t *testing.T) {
	reply := func(status int, err error) error {
		return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err,
		}}
	}
	for name, tt := range map[string]struct {
		err       error
		want      challenge.Reason
		retryable bool
	}{
		"STS is down":           {reply(500, errors.New("x")), challenge.Unavailable, true},
		"STS throttles":         {reply(429, errors.New("x")), challenge.Throttled, true},
		"STS throttles by code": {reply(400, apiError("ThrottlingException", "slow down")), challenge.Throttled, true},
		"no role":               {reply(404, errors.New("x")), challenge.Misconfigured, false},
		"forbidden":             {reply(403, apiError("ForbiddenException", "no access")), challenge.Misconfigured, false},
		"denied":                {reply(403, apiError("AccessDenied", "not authorized")), challenge.Misconfigured, false},
		"a code of Cognito's":   {reply(400, apiError("CodeMismatchException", "x")), challenge.Misconfigured, false},
		"out of time":           {context.DeadlineExceeded, challenge.Unavailable, true},
		"no credentials at all": {errors.New("none"), challenge.Misconfigured, false},
	} {
		c := config
		c.Transport = challenge.Admin(cip.New(cip.Options{
			Region: "eu-west-1", Retryer: aws.NopRetryer{}, HTTPClient: &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(200, tokensBody)}},
			Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, tt.err }),
		}))
		client, err := challenge.New(c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Respond(t.Context(), filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) || e.Reason != tt.want || e.Ambiguous || e.SessionUsable != challenge.Yes || e.Retryable != tt.retryable || e.Code != "" || e.Operation != "AdminRespondToAuthChallenge" {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
	}
}

// TestOutOfTimeElsewhere: the operation is the one that was called, and nothing
// of the service that has the credentials is Cognito's.
func TestOutOfTimeElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, tt := range map[string]struct {
			credentials error
			reply       string
			code        string
			want        challenge.Reason
		}{
			"throttled": {nil, `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`, "TooManyRequestsException", challenge.Throttled},
			"STS is down": {&smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &smithyhttp.ResponseError{
				Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 500}}, Err: apiError("InternalFailure", "x"),
			}}, "", "", challenge.Unavailable},
		} {
			c := config
			c.Transport = challenge.Admin(cip.New(cip.Options{
				Region:     "eu-west-1",
				HTTPClient: &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(400, tt.reply)}},
				Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
					o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Second, nil })
				}),
				Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
					return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key"}, tt.credentials
				}),
			}))
			client, err := challenge.New(c)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
			_, err = client.Start(ctx, challenge.UserPassword{Username: "alice", Password: secret("pw")})
			cancel()
			var e *challenge.Error
			if !errors.As(err, &e) || e.Operation != "AdminInitiateAuth" || e.Code != tt.code || e.Reason != tt.want || e.Ambiguous || !e.Retryable {
				t.Errorf("%s: got %+v", name, e)
			}
		}
	})
}

// TestAroundTheSDK: what a caller puts around the SDK's client, or into it, can
// neither send an answer twice nor make a sent one look unsent.
func TestAroundTheSDK(t *testing.T) {
	lost, used := failWith(io.EOF), respondWith(400, `{"__type":"NotAuthorizedException","message":"Invalid session for the user, session can only be used once."}`)
	type outcomes = []func(*http.Request) (*http.Response, error)
	for name, tt := range map[string]struct {
		outcomes outcomes
		around   func(*attempts) func(*cip.Options)
	}{
		"an HTTP client in place of ours": {outcomes{lost, used}, func(a *attempts) func(*cip.Options) {
			return func(o *cip.Options) { o.HTTPClient = a }
		}},
		"an error after the reply": {outcomes{respondWith(200, tokensBody), used}, func(*attempts) func(*cip.Options) {
			return cip.WithAPIOptions(func(s *middleware.Stack) error {
				return s.Initialize.Add(middleware.InitializeMiddlewareFunc("audit", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
					next.HandleInitialize(ctx, in)
					return middleware.InitializeOutput{}, middleware.Metadata{}, errors.New("the audit log is full")
				}), middleware.Before)
			})
		}},
		"a middleware that repeats": {outcomes{lost, used}, func(*attempts) func(*cip.Options) {
			return cip.WithAPIOptions(func(s *middleware.Stack) error {
				return s.Finalize.Add(middleware.FinalizeMiddlewareFunc("again", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
					out, metadata, err := next.HandleFinalize(ctx, in)
					if err != nil {
						return next.HandleFinalize(ctx, in)
					}
					return out, metadata, err
				}), middleware.Before)
			})
		}},
	} {
		sent := &attempts{outcomes: tt.outcomes}
		sdk := cip.New(cip.Options{Region: "eu-west-1", HTTPClient: sent})
		c := config
		c.Transport = challenge.Public(decorated{sdk, tt.around(sent)})
		client, err := challenge.New(c)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Respond(t.Context(), filled["SMS_MFA"].form())
		var e *challenge.Error
		if !errors.As(err, &e) || sent.count != 1 || e.Reason != challenge.Unavailable || !e.Ambiguous || e.Retryable {
			t.Errorf("%s: sent %d times: %+v, %v", name, sent.count, e, err)
		}
	}
}

// decorated adds an option after those that it is given.
type decorated struct {
	challenge.PublicAPI
	option func(*cip.Options)
}

func (d decorated) RespondToAuthChallenge(ctx context.Context, in *cip.RespondToAuthChallengeInput, optFns ...func(*cip.Options)) (*cip.RespondToAuthChallengeOutput, error) {
	return d.PublicAPI.RespondToAuthChallenge(ctx, in, append(optFns, d.option)...)
}

// TestEachReplyForItself: one that was cut off says nothing about the next.
func TestEachReplyForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reset := cutOff(&net.OpError{Op: "read", Err: errors.New("connection reset by peer")})
		client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){
			reset, respondWith(200, `{"AuthenticationResult":"h4ckm3-token"}`),
		}})
		_, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
		var malformed *challenge.MalformedError
		if !errors.As(err, &malformed) || strings.Contains(err.Error(), "h4ckm3-token") {
			t.Errorf("got %T: %v", err, err)
		}
	})
}

// TestNoText: what the SDK puts in place of a text is none of the service's.
func TestNoText(t *testing.T) {
	client := newSDKClient(t, "public", &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(400, `{"__type":"AccessDenied"}`)}})
	_, err := client.Respond(t.Context(), filled["SMS_MFA"].form())
	var e *challenge.Error
	if !errors.As(err, &e) || e.Code != "AccessDenied" || e.Message != "" {
		t.Errorf("got %+v", e)
	}
}

// TestCallersRateLimit: a retryer that limits the rate of calls, limits answers.
func TestCallersRateLimit(t *testing.T) {
	limit := &limited{AdaptiveMode: retry.NewAdaptiveMode()}
	c := config
	c.Transport = challenge.Public(cip.New(cip.Options{
		Region: "eu-west-1", Retryer: limit, HTTPClient: &attempts{outcomes: []func(*http.Request) (*http.Response, error){respondWith(200, tokensBody)}},
	}))
	client, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Respond(t.Context(), filled["SMS_MFA"].form()); err != nil || limit.asked != 1 {
		t.Errorf("asked %d times: %v", limit.asked, err)
	}
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}); err != nil || limit.asked != 2 {
		t.Errorf("asked %d times: %v", limit.asked, err)
	}
}

type limited struct {
	*retry.AdaptiveMode
	asked int
}

func (l *limited) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	l.asked++
	return l.AdaptiveMode.GetAttemptToken(ctx)
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
