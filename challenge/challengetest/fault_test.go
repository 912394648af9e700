package challengetest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// faultLooks is how each fault looks to the SDK.
var faultLooks = map[challengetest.FaultKind]func(error) bool{
	challengetest.Drop:        func(err error) bool { return errors.Is(err, io.EOF) },
	challengetest.Reset:       func(err error) bool { return errors.Is(err, syscall.ECONNRESET) },
	challengetest.Hang:        func(err error) bool { return errors.Is(err, context.DeadlineExceeded) },
	challengetest.Truncate:    func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) },
	challengetest.ServerError: apiError("InternalErrorException", 500),
	challengetest.Unavailable: func(err error) bool {
		var response *smithyhttp.ResponseError
		return errors.As(err, &response) && response.HTTPStatusCode() == 503
	},
	challengetest.Throttle: apiError("TooManyRequestsException", 400),
}

func apiError(code string, status int) func(error) bool {
	return func(err error) bool {
		var api smithy.APIError
		var response *smithyhttp.ResponseError
		return errors.As(err, &api) && api.ErrorCode() == code && errors.As(err, &response) && response.HTTPStatusCode() == status
	}
}

// TestFaults has every fault, before and after the pool acted, in process and
// over a real connection.
func TestFaults(t *testing.T) {
	once := func(o *cip.Options) { o.Retryer = aws.NopRetryer{} }
	run := func(t *testing.T, p *challengetest.Pool, sdk *cip.Client, kind challengetest.FaultKind, after bool) {
		if err := p.Fail(challengetest.Fault{Kind: kind, After: after, Operation: "InitiateAuth"}); err != nil {
			t.Fatal(err)
		}
		start := func(patience time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
				ClientId: aws.String("client"), AuthFlow: "USER_PASSWORD_AUTH",
				AuthParameters: texts{"USERNAME": "alice", "PASSWORD": wrong},
			})
			return err
		}
		patience := time.Minute
		if kind == challengetest.Hang {
			patience = 50 * time.Millisecond
		}
		if err := start(patience); !faultLooks[kind](err) {
			t.Errorf("%s: got %v", kind, err)
		}
		if err := start(time.Minute); !apiError("NotAuthorizedException", 400)(err) {
			t.Errorf("after %s: got %v", kind, err)
		}
		acted := challengetest.Call{Operation: "InitiateAuth", Acted: true, Code: "NotAuthorizedException"}
		failed := challengetest.Call{Operation: "InitiateAuth", Fault: kind}
		if after {
			failed.Acted, failed.Code = true, acted.Code
		}
		if diff := cmp.Diff([]challengetest.Call{failed, acted}, p.Calls()); diff != "" {
			t.Errorf("%s: calls (-want +got):\n%s", kind, diff)
		}
	}
	for _, kind := range challengetest.FaultKind("").Values() {
		for _, after := range []bool{false, true} {
			if kind == challengetest.Throttle && after {
				continue
			}
			name := string(kind) + map[bool]string{false: "/before", true: "/after"}[after]
			t.Run(name+"/client", func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPool(t, challengetest.Config{Users: alice()})
					run(t, p, p.Client(once), kind, after)
				})
			})
			t.Run(name+"/handler", func(t *testing.T) {
				p := newPool(t, challengetest.Config{Users: alice()})
				server := httptest.NewServer(p.Handler())
				defer server.Close()
				run(t, p, p.Client(once, func(o *cip.Options) {
					o.HTTPClient, o.BaseEndpoint = server.Client(), aws.String(server.URL)
				}), kind, after)
			})
		}
	}
}

// TestWhichRequestsFail has Skip, Times and the fields that choose.
func TestWhichRequestsFail(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100"}
		u.MFA = []types.ChallengeNameType{"SMS_MFA"}
	})})
	if err := p.Fail(
		challengetest.Fault{Kind: challengetest.ServerError, ChallengeName: "SMS_MFA", Skip: 1, Times: 2},
		challengetest.Fault{Kind: challengetest.Throttle, Operation: "GetUser", Times: -1},
	); err != nil {
		t.Fatal(err)
	}
	answer := func() reply {
		return signIn(t, p, "alice", right).answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": "x"})
	}
	answer().fails(codeMismatch, "Invalid code or auth state for the user.")
	for range 2 {
		if got := answer(); got.status != 500 {
			t.Errorf("got status %d", got.status)
		}
	}
	answer().fails(codeMismatch, "Invalid code or auth state for the user.")
	for range 5 {
		call(t, p, "GetUser", object{"AccessToken": "x"}).fails("TooManyRequestsException", "Rate exceeded")
	}
	p.Recover()
	call(t, p, "GetUser", object{"AccessToken": "x"}).fails(notAuthorized, "Invalid Access Token")
}

func TestFailRefuses(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	for want, fault := range map[string]challengetest.Fault{
		"kind":      {Kind: "earthquake"},
		"after":     {Kind: challengetest.Throttle, After: true},
		"operation": {Kind: challengetest.Drop, Operation: "Initiate"},
		"skip":      {Kind: challengetest.Drop, Skip: -1},
	} {
		err := p.Fail(challengetest.Fault{Kind: challengetest.Drop}, fault)
		if err == nil || !strings.HasPrefix(err.Error(), "challengetest: faults[1]."+want+": ") {
			t.Errorf("%s: got %v", want, err)
		}
	}
	signIn(t, p, "alice", right).tokens() // and none was added
	if got := p.Calls(); len(got) != 1 || got[0] != (challengetest.Call{Operation: "InitiateAuth", Acted: true}) {
		t.Errorf("calls: %+v", got)
	}
}

// TestHandlerWithoutConnection: under a ResponseWriter that can't be hijacked,
// a fault still aborts.
func TestHandlerWithoutConnection(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	if err := p.Fail(challengetest.Fault{Kind: challengetest.Reset}); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("got %v, expected the handler to abort", got)
		}
	}()
	signIn(t, p, "alice", right)
}
