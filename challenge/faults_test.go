package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A faultCase is one call that fails in one way.
type faultCase struct {
	kind  challengetest.FaultKind
	after bool // the pool acted
}

// everyFault are the faults that a call can meet, each before and after the
// pool acted on it. What is throttled was not acted on.
func everyFault() []faultCase {
	var cases []faultCase
	for _, kind := range challengetest.FaultKind("").Values() {
		cases = append(cases, faultCase{kind, false})
		if kind != challengetest.Throttle {
			cases = append(cases, faultCase{kind, true})
		}
	}
	return cases
}

func (f faultCase) String() string {
	return string(f.kind) + map[bool]string{false: " before", true: " after"}[f.after]
}

// faultyPaths have every challenge that the pool issues.
var faultyPaths = []string{
	"USER_SRP_AUTH, nothing",
	"USER_PASSWORD_AUTH, SMS_MFA",
	"USER_PASSWORD_AUTH, EMAIL_OTP",
	"USER_PASSWORD_AUTH, SOFTWARE_TOKEN_MFA",
	"USER_PASSWORD_AUTH, choosing SMS_MFA",
	"USER_PASSWORD_AUTH, setting up an app",
	"USER_PASSWORD_AUTH, setting up e-mail",
	"USER_PASSWORD_AUTH, a new password",
	"USER_PASSWORD_AUTH, a remembered device",
	"CUSTOM_AUTH",
	"CUSTOM_AUTH with SRP, nothing",
	"USER_AUTH, EMAIL_OTP",
	"USER_AUTH, choosing SMS_OTP",
	"USER_AUTH, WEB_AUTHN",
	"USER_AUTH, choosing PASSWORD, nothing",
	"USER_AUTH, PASSWORD asked for, nothing",
	"USER_AUTH, PASSWORD_SRP asked for, nothing",
}

// TestFaultMatrix lets every call of the library meet every fault. Of an answer
// no more than one reaches the pool; the error tells of the fault, and not of
// what a second attempt met; it is ambiguous just where the pool may have acted
// on the answer; and what the documentation says to do then works.
func TestFaultMatrix(t *testing.T) {
	var cases, losses atomic.Int32
	run := func(t *testing.T, name string, f faultCase, test func(*testing.T)) {
		t.Run(name+"/"+f.String(), func(t *testing.T) {
			t.Parallel()
			cases.Add(1)
			synctest.Test(t, func(t *testing.T) { // the SDK's retryer waits, and so does Hang
				defer func() {
					if t.Failed() {
						losses.Add(1)
					}
				}()
				test(t)
			})
		})
	}
	paths := make(map[string]path)
	for _, p := range allPaths() {
		paths[p.name] = p
	}
	operations := make(map[string]bool)
	met := make(map[types.ChallengeNameType]bool)
	t.Run("all", func(t *testing.T) {
		for _, name := range faultyPaths {
			p, ok := paths[name]
			if !ok {
				t.Fatalf("no path %q", name)
			}
			for _, api := range []string{"public", "admin"} {
				prefix := map[string]string{"admin": "Admin"}[api]
				for _, f := range everyFault() {
					operations[prefix+"InitiateAuth"] = true
					run(t, name+"/"+api+"/start", f, func(t *testing.T) { failStart(t, p, api, prefix+"InitiateAuth", f) })
					for _, asked := range p.asks {
						operations[prefix+"RespondToAuthChallenge"], met[asked] = true, true
						run(t, fmt.Sprintf("%s/%s/%s", name, api, asked), f, func(t *testing.T) {
							failAnswer(t, p, api, prefix+"RespondToAuthChallenge", asked, f)
						})
					}
				}
			}
		}
		for name, c := range otherCalls {
			operations[c.operation] = true
			for _, f := range everyFault() {
				run(t, name, f, func(t *testing.T) { failCall(t, c, f) })
			}
		}
	})
	t.Logf("%d faults of %d operations and %d challenges, %d losses", cases.Load(), len(operations), len(met), losses.Load())
	if losses.Load() != 0 {
		t.Errorf("%d losses", losses.Load())
	}
	// All but ADMIN_NO_SRP_AUTH, which was never seen.
	if want := len(types.ChallengeNameType("").Values()) - 1; len(met) != want {
		t.Errorf("%d challenges met faults, expected %d: %v", len(met), want, slices.Sorted(maps.Keys(met)))
	}
}

// patience is how long the caller waits for a call.
const patience = time.Minute

// walk signs in along the path, with a password.
func (w *world) walk(word string) (*challenge.Tokens, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	return w.client.SignIn(ctx, w.path.flow(w, secret(word)), w.answer, func(o *challenge.CallOptions) { o.Device = w.device })
}

// fail plans a fault for the next request of this kind, and returns a function
// that counts the requests sent since, and those that reached the pool.
func (w *world) fail(operation string, name types.ChallengeNameType, f faultCase) func() (sent, acted int) {
	w.t.Helper()
	if err := w.pool.Fail(challengetest.Fault{Kind: f.kind, After: f.after, Operation: operation, ChallengeName: name}); err != nil {
		w.t.Fatal(err)
	}
	before := len(w.pool.Calls())
	return func() (sent, acted int) {
		for _, c := range w.pool.Calls()[before:] {
			if c.Operation == operation && c.ChallengeName == name {
				sent++
				if c.Acted {
					acted++
				}
			}
		}
		return sent, acted
	}
}

// wantLost checks the error of a call of which no sensible reply came.
func wantLost(t *testing.T, err error, operation string, name types.ChallengeNameType) {
	t.Helper()
	var e *challenge.Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("got %T: %v", err, err)
	case e.Reason != challenge.Unavailable || !e.Ambiguous || e.Operation != operation || e.Challenge != name:
		t.Errorf("got %q, ambiguous %t, of %s %s, expected %q, true, of %s %s", e.Reason, e.Ambiguous, e.Operation, e.Challenge, challenge.Unavailable, operation, name)
	case e.SessionUsable == challenge.Yes || challenge.AskAgain(err):
		t.Errorf("says that the session is good: %v", err)
	}
}

// failStart lets the first call fail. It is repeated where the SDK does; else
// starting again is what there is to do, and harmless.
func failStart(t *testing.T, p path, api, operation string, f faultCase) {
	w := newWorld(t, p, api, challenge.Secret{})
	count := w.fail(operation, "", f)
	_, err := w.walk(rightWord)
	sent, _ := count()
	switch f.kind {
	case challengetest.Hang, challengetest.Truncate: // the time is over; the reply can't be read
		if sent != 1 {
			t.Errorf("sent %d times", sent)
		}
		wantLost(t, err, operation, "")
		if _, err := w.walk(rightWord); err != nil {
			t.Errorf("starting again: %v", err)
		}
	default:
		if err != nil || sent != 2 {
			t.Errorf("got %v after %d attempts", err, sent)
		}
	}
}

// failAnswer lets an answer fail, and then does what its documentation says.
func failAnswer(t *testing.T, p path, api, operation string, name types.ChallengeNameType, f faultCase) {
	w := newWorld(t, p, api, challenge.Secret{})
	count := w.fail(operation, name, f)
	_, err := w.walk(rightWord)
	sent, acted := count()
	if f.kind == challengetest.Throttle {
		if err != nil || sent != 2 || acted != 1 {
			t.Errorf("throttled once: got %v, sent %d times, acted %d times", err, sent, acted)
		}
		return
	}
	if want := map[bool]int{true: 1}[f.after]; sent != 1 || acted != want {
		t.Fatalf("sent %d times and acted %d times, expected 1 and %d", sent, acted, want)
	}
	wantLost(t, err, operation, name)

	switch {
	case name == "NEW_PASSWORD_REQUIRED":
		// "have the user sign in with the new one", and, where that is refused,
		// with the old one.
		words := []string{newWord, rightWord}
		if !f.after {
			slices.Reverse(words)
		}
		if _, err := w.walk(words[1]); !errors.Is(err, challenge.BadCredentials) {
			t.Errorf("the other password: got %v", err)
		}
		w.surfaced = nil
		if _, err := w.walk(words[0]); err != nil || slices.Contains(w.surfaced, name) == f.after {
			t.Errorf("after a new password: got %v, asked %v", err, w.surfaced)
		}
		return
	case name == "SOFTWARE_TOKEN_MFA" && f.after:
		// The code is spent. The next one is good.
		var reused error
		_, err := w.client.SignIn(t.Context(), p.flow(w, secret(rightWord)), func(ctx context.Context, ch challenge.Challenge, a challenge.Attempt) error {
			if a.Number > 1 {
				reused = a.Err
				return w.answer(ctx, ch, a)
			}
			code, err := w.pool.TOTPCode("alice") // the clock has not moved
			ch.(*challenge.SoftwareTokenMFA).Code = code
			return err
		})
		if err != nil || !errors.Is(reused, challenge.CodeReused) {
			t.Errorf("the same code: %v; the next one: %v", reused, err)
		}
	}
	if tokens, err := w.walk(rightWord); err != nil || tokens.Username != "alice" {
		t.Errorf("starting again: %v", err)
	}
}

// A faultyCall is a call that is no part of the sign-in's two operations.
type faultyCall struct {
	operation string
	challenge types.ChallengeNameType // of the error
	config    func(*challengetest.Config)

	// prepare signs in as far as needed and returns the call, and what to do
	// when its reply is lost.
	prepare func(w *world) (do func(context.Context) error, recover func(after bool) error)
}

// otherCalls are the calls that enrol, confirm and refresh.
var otherCalls = map[string]faultyCall{
	"AssociateSoftwareToken in a sign-in": {
		operation: "AssociateSoftwareToken", challenge: "MFA_SETUP", config: required,
		prepare: func(w *world) (func(context.Context) error, func(bool) error) {
			setup := w.setup()
			return func(ctx context.Context) error {
				_, err := setup.AssociateSoftwareToken(ctx, w.sdk)
				return err
			}, w.startAgain()
		},
	},
	"VerifySoftwareToken in a sign-in": {
		operation: "VerifySoftwareToken", challenge: "MFA_SETUP", config: required,
		prepare: func(w *world) (func(context.Context) error, func(bool) error) {
			setup := w.setup()
			if _, err := setup.AssociateSoftwareToken(w.t.Context(), w.sdk); err != nil {
				w.t.Fatal(err)
			}
			again := w.startAgain()
			return func(ctx context.Context) error {
					return setup.VerifySoftwareToken(ctx, w.sdk, w.totp(false), "")
				}, func(after bool) error {
					err := again(after)
					if want := map[bool]types.ChallengeNameType{false: "MFA_SETUP", true: "SOFTWARE_TOKEN_MFA"}[after]; !slices.Equal(w.surfaced, names{want}) {
						return errors.Join(err, fmt.Errorf("asked %v, expected %s", w.surfaced, want))
					}
					return err
				}
		},
	},
	"AssociateSoftwareToken": {
		operation: "AssociateSoftwareToken",
		prepare: func(w *world) (func(context.Context) error, func(bool) error) {
			access := w.tokens().AccessToken
			return func(ctx context.Context) error {
				_, err := challenge.AssociateSoftwareToken(ctx, w.sdk, access)
				return err
			}, w.enrol(access)
		},
	},
	"VerifySoftwareToken": {
		operation: "VerifySoftwareToken",
		prepare: func(w *world) (func(context.Context) error, func(bool) error) {
			access := w.tokens().AccessToken
			if _, err := challenge.AssociateSoftwareToken(w.t.Context(), w.sdk, access); err != nil {
				w.t.Fatal(err)
			}
			return func(ctx context.Context) error {
				return challenge.VerifySoftwareToken(ctx, w.sdk, access, w.totp(false), "")
			}, w.enrol(access)
		},
	},
	"ConfirmDevice": {
		operation: "ConfirmDevice",
		config:    func(c *challengetest.Config) { c.DeviceConfiguration = new(types.DeviceConfigurationType) },
		prepare: func(w *world) (func(context.Context) error, func(bool) error) {
			tokens := w.tokens()
			confirm := func(ctx context.Context, tokens *challenge.Tokens) error {
				_, _, err := challenge.ConfirmDevice(ctx, w.sdk, tokens, "")
				return err
			}
			return func(ctx context.Context) error { return confirm(ctx, tokens) },
				func(bool) error { return confirm(w.t.Context(), w.tokens()) } // another device
		},
	},
	"GetTokensFromRefreshToken": {operation: "GetTokensFromRefreshToken", prepare: refreshing(nil)},
	"GetTokensFromRefreshToken, rotating with a grace": {
		operation: "GetTokensFromRefreshToken", config: rotating(30), prepare: refreshing(nil),
	},
	"GetTokensFromRefreshToken, rotating": {
		operation: "GetTokensFromRefreshToken", config: rotating(0), prepare: refreshing(challenge.TokenReuse),
	},
}

func rotating(grace int32) func(*challengetest.Config) {
	return func(c *challengetest.Config) {
		c.Clients[0].RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: aws.Int32(grace)}
	}
}

// refreshing calls once more with the same token when the reply is lost. If the
// pool acted, it refuses with reason, and then the user signs in.
func refreshing(reason error) func(*world) (func(context.Context) error, func(bool) error) {
	return func(w *world) (func(context.Context) error, func(bool) error) {
		refresh := challenge.Refresh{RefreshToken: w.tokens().RefreshToken}
		do := func(ctx context.Context) error {
			_, err := w.client.GetTokensFromRefreshToken(ctx, w.sdk, refresh)
			return err
		}
		return do, func(after bool) error {
			w.now = w.now.Add(10 * time.Second)
			err := do(w.t.Context())
			if !after || reason == nil {
				return err
			}
			if !errors.Is(err, reason) {
				return fmt.Errorf("the same token: got %w, expected %w", err, reason)
			}
			refresh.RefreshToken = w.tokens().RefreshToken
			return do(w.t.Context())
		}
	}
}

// tokens are those of a new sign-in.
func (w *world) tokens() *challenge.Tokens {
	tokens, err := w.walk(rightWord)
	if err != nil {
		w.t.Fatal(err)
	}
	return tokens
}

// setup begins a sign-in that asks for MFA_SETUP.
func (w *world) setup() *challenge.MFASetup {
	step, err := w.client.Start(w.t.Context(), w.path.flow(w, secret(rightWord)))
	if err != nil {
		w.t.Fatal(err)
	}
	return step.(*challenge.MFASetup)
}

func (w *world) startAgain() func(bool) error {
	return func(bool) error {
		w.surfaced = nil
		_, err := w.walk(rightWord)
		return err
	}
}

// enrol enrols an authenticator from the beginning.
func (w *world) enrol(access challenge.Secret) func(bool) error {
	return func(bool) error {
		if _, err := challenge.AssociateSoftwareToken(w.t.Context(), w.sdk, access); err != nil {
			return err
		}
		return challenge.VerifySoftwareToken(w.t.Context(), w.sdk, access, w.totp(false), "")
	}
}

func failCall(t *testing.T, c faultyCall, f faultCase) {
	w := newWorld(t, path{flow: userPassword, config: c.config, secondFactor: "SOFTWARE_TOKEN_MFA"}, "public", challenge.Secret{})
	do, recover := c.prepare(w)
	count := w.fail(c.operation, "", f)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := do(ctx)
	sent, acted := count()
	if f.kind == challengetest.Throttle {
		if err != nil || sent != 2 || acted != 1 {
			t.Errorf("throttled once: got %v, sent %d times, acted %d times", err, sent, acted)
		}
		return
	}
	if want := map[bool]int{true: 1}[f.after]; sent != 1 || acted != want {
		t.Fatalf("sent %d times and acted %d times, expected 1 and %d", sent, acted, want)
	}
	wantLost(t, err, c.operation, c.challenge)
	if err := recover(f.after); err != nil {
		t.Errorf("recovering: %v", err)
	}
}

// TestThrottledForGood: after the SDK's last attempt the error says so, nothing
// was acted on, and the same challenge is still good for an answer.
func TestThrottledForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, path{flow: userPassword, user: factors("SMS_MFA")}, "public", challenge.Secret{})
		step, err := w.client.Start(t.Context(), w.path.flow(w, secret(rightWord)))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.pool.Fail(challengetest.Fault{Kind: challengetest.Throttle, Times: -1}); err != nil {
			t.Fatal(err)
		}
		sms := step.(*challenge.SMSMFA)
		sms.Code = w.lastCode()
		var e *challenge.Error
		if _, err := w.client.Respond(t.Context(), sms); !errors.As(err, &e) || e.Reason != challenge.Throttled || e.Ambiguous || !e.Retryable {
			t.Errorf("got %v", err)
		}
		w.pool.Recover()
		if step, err = w.client.Respond(t.Context(), sms); err != nil {
			t.Errorf("the same answer later: %T, %v", step, err)
		}
	})
}

// TestFaultForGood: the first call is tried three times. What the last attempt
// met is what there is to tell.
func TestFaultForGood(t *testing.T) {
	for _, f := range everyFault() {
		t.Run(f.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, path{flow: userPassword}, "public", challenge.Secret{})
				if err := w.pool.Fail(challengetest.Fault{Kind: f.kind, After: f.after, Times: -1}); err != nil {
					t.Fatal(err)
				}
				_, err := w.walk(rightWord)
				if f.kind != challengetest.Throttle {
					wantLost(t, err, "InitiateAuth", "")
				} else if !errors.Is(err, challenge.Throttled) {
					t.Errorf("got %v", err)
				}
				want := 3
				if f.kind == challengetest.Hang || f.kind == challengetest.Truncate {
					want = 1
				}
				if got := len(w.pool.Calls()); got != want {
					t.Errorf("sent %d times, expected %d", got, want)
				}
			})
		})
	}
}

// TestOneAnswerWins gives the right answer to each challenge many times at
// once: one goes on, the others are told that the session is spent.
func TestOneAnswerWins(t *testing.T) {
	const racers = 8
	for _, p := range []path{
		{flow: userPassword, user: factors("SMS_MFA"), asks: names{"SMS_MFA"}},
		{flow: userPassword, user: factors("EMAIL_OTP"), asks: names{"EMAIL_OTP"}},
		{flow: userPassword, user: factors("SOFTWARE_TOKEN_MFA"), asks: names{"SOFTWARE_TOKEN_MFA"}},
		{flow: userPassword, user: factors("SMS_MFA", "EMAIL_OTP"), secondFactor: "SMS_MFA", asks: names{"SELECT_MFA_TYPE"}},
		{flow: userPassword, config: required, secondFactor: "EMAIL_OTP", asks: names{"MFA_SETUP"}},
		{flow: userPassword, user: temporary, asks: names{"NEW_PASSWORD_REQUIRED"}},
		{flow: custom, asks: names{"CUSTOM_CHALLENGE"}},
		{flow: choice("SMS_OTP", false), asks: names{"SMS_OTP"}},
		{flow: choice("WEB_AUTHN", false), asks: names{"WEB_AUTHN"}},
		{flow: choice("PASSWORD", false), asks: names{"PASSWORD"}},
		{flow: choice("PASSWORD_SRP", false), asks: names{"PASSWORD_SRP"}},
		{flow: choice("", false), firstFactor: "PASSWORD", asks: names{"SELECT_CHALLENGE"}},
	} {
		t.Run(string(p.asks[0]), func(t *testing.T) {
			w := newWorld(t, p, "public", challenge.Secret{})
			client, err := challenge.New(challenge.Config{ // without the world's own notes
				UserPoolID: w.pool.UserPoolID(), ClientID: "demo", Transport: challenge.Public(w.sdk), Now: func() time.Time { return w.now },
			})
			if err != nil {
				t.Fatal(err)
			}
			step, err := client.Start(t.Context(), p.flow(w, secret(rightWord)))
			if err != nil {
				t.Fatal(err)
			}
			ch := step.(challenge.Challenge)
			if ch.Name() != p.asks[0] {
				t.Fatalf("asked %s", ch.Name())
			}
			if err := w.answer(t.Context(), ch, challenge.Attempt{Number: 1}); err != nil {
				t.Fatal(err)
			}
			var won, spent atomic.Int32
			var group sync.WaitGroup
			for range racers {
				copied := copyOf(ch)
				group.Go(func() {
					switch _, err := client.Respond(t.Context(), copied); {
					case err == nil:
						won.Add(1)
					case errors.Is(err, challenge.SessionSpent):
						spent.Add(1)
					default:
						t.Errorf("got %v", err)
					}
				})
			}
			group.Wait()
			if won.Load() != 1 || spent.Load() != racers-1 {
				t.Errorf("%d answers won, %d were told that the session is spent", won.Load(), spent.Load())
			}
		})
	}
}

// copyOf returns a filled-in challenge for one more goroutine.
func copyOf(ch challenge.Challenge) challenge.Challenge {
	c := reflect.New(reflect.TypeOf(ch).Elem())
	c.Elem().Set(reflect.ValueOf(ch).Elem())
	return c.Interface().(challenge.Challenge)
}

// TestSameChallengeAgain has every error that keeps the session: the same form
// is filled in once more, sent, and accepted.
func TestSameChallengeAgain(t *testing.T) {
	type form = challenge.Challenge
	sms := func(code challenge.Secret) func(form) { return func(ch form) { ch.(*challenge.SMSMFA).Code = code } }
	password := func(word string) func(*world, form) {
		return func(_ *world, ch form) {
			f := ch.(*challenge.NewPasswordRequired)
			f.NewPassword, f.Attributes = secret(word), map[string]string{"name": "Alice"}
		}
	}
	policy := func(c *challengetest.Config) {
		c.PasswordPolicy = &types.PasswordPolicyType{
			RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true, PasswordHistorySize: aws.Int32(3),
		}
	}
	rightly := func(w *world, ch form) {
		if err := w.answer(w.t.Context(), ch, challenge.Attempt{Number: 2}); err != nil {
			w.t.Fatal(err)
		}
	}
	for name, tt := range map[string]struct {
		path
		wrongly func(*world, form)
		want    challenge.Reason
		says    string
	}{
		"SMS_MFA": {
			path: path{flow: userPassword, user: factors("SMS_MFA")}, want: challenge.BadCode,
			wrongly: func(_ *world, ch form) { sms(secret("x"))(ch) },
		},
		"EMAIL_OTP": {
			path: path{flow: userPassword, user: factors("EMAIL_OTP")}, want: challenge.BadCode,
			wrongly: func(_ *world, ch form) { ch.(*challenge.EmailOTP).Code = secret("x") },
		},
		"EMAIL_OTP, first": {
			path: path{flow: choice("EMAIL_OTP", false)}, want: challenge.BadCode,
			wrongly: func(_ *world, ch form) { ch.(*challenge.EmailOTP).Code = secret("x") },
		},
		"SMS_OTP": {
			path: path{flow: choice("SMS_OTP", false)}, want: challenge.BadCode,
			wrongly: func(_ *world, ch form) { ch.(*challenge.SMSOTP).Code = secret("x") },
		},
		"SOFTWARE_TOKEN_MFA": {
			path: path{flow: userPassword, user: factors("SOFTWARE_TOKEN_MFA")}, want: challenge.BadCode,
			wrongly: func(w *world, ch form) { ch.(*challenge.SoftwareTokenMFA).Code = w.totp(true) },
		},
		"SOFTWARE_TOKEN_MFA, used": {
			path: path{flow: userPassword, user: factors("SOFTWARE_TOKEN_MFA")}, want: challenge.CodeReused,
			wrongly: func(w *world, ch form) {
				w.tokens()
				code, err := w.pool.TOTPCode("alice")
				if err != nil {
					w.t.Fatal(err)
				}
				ch.(*challenge.SoftwareTokenMFA).Code = code
			},
		},
		"too short": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password("Sh0rt!"), says: "not long enough",
		},
		"no upper case": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password("an0ther passw0rd!"), says: "uppercase",
		},
		"no lower case": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password("AN0THER PASSW0RD!"), says: "lowercase",
		},
		"no number": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password("Another password!"), says: "numeric",
		},
		"no symbol": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password("An0therPassw0rd"), says: "symbol",
		},
		"used before": {
			path: path{flow: userPassword, user: temporary, config: policy}, want: challenge.NewPasswordRejected,
			wrongly: password(rightWord), says: "previously been used",
		},
		"attribute missing": {
			path: path{flow: userPassword, user: temporary}, want: challenge.BadRequest,
			wrongly: func(w *world, ch form) {
				password(newWord)(w, ch)
				f := ch.(*challenge.NewPasswordRequired)
				f.RequiredAttributes, f.Attributes = nil, nil // past the library's own check
			},
			says: "name is missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tt.path, "public", challenge.Secret{})
			step, err := w.client.Start(t.Context(), tt.flow(w, secret(rightWord)))
			if err != nil {
				t.Fatal(err)
			}
			ch := step.(challenge.Challenge)
			tt.wrongly(w, ch)
			_, err = w.client.Respond(t.Context(), ch)
			var e *challenge.Error
			if !errors.As(err, &e) || e.Reason != tt.want || e.Ambiguous || !strings.Contains(e.Message, tt.says) {
				t.Fatalf("got %v, expected %q with %q", err, tt.want, tt.says)
			}
			if again := tt.want != challenge.BadRequest; challenge.AskAgain(err) != again {
				t.Errorf("AskAgain: %t", !again)
			}
			rightly(w, ch)
			if step, err = w.client.Respond(t.Context(), ch); err != nil {
				t.Fatalf("filled in again: %v", err)
			}
			if _, ok := step.(*challenge.Tokens); !ok {
				t.Errorf("filled in again: %T", step)
			}
		})
	}

	t.Run("VerifySoftwareToken", func(t *testing.T) {
		w := newWorld(t, path{flow: userPassword, config: required}, "public", challenge.Secret{})
		setup := w.setup()
		if _, err := setup.AssociateSoftwareToken(t.Context(), w.sdk); err != nil {
			t.Fatal(err)
		}
		if err := setup.VerifySoftwareToken(t.Context(), w.sdk, w.totp(true), ""); !errors.Is(err, challenge.BadCode) || !challenge.AskAgain(err) {
			t.Errorf("a wrong code: %v", err)
		}
		if err := setup.VerifySoftwareToken(t.Context(), w.sdk, w.totp(false), ""); err != nil {
			t.Errorf("the right one: %v", err)
		}
		if step, err := w.client.Respond(t.Context(), setup); err != nil {
			t.Errorf("got %T, %v", step, err)
		}
	})
}

// TestReasonsOfThePool drives the pool into each of its refusals of a user, and
// reads the reason: the texts are the pool's, not this test's.
func TestReasonsOfThePool(t *testing.T) {
	state := func(edit func(*challengetest.User)) path { return path{flow: userPassword, user: edit} }
	for name, tt := range map[string]struct {
		path
		before func(w *world)
		word   string
		want   challenge.Reason
	}{
		"disabled":       {path: state(func(u *challengetest.User) { u.Disabled = true }), want: challenge.UserDisabled},
		"unconfirmed":    {path: state(func(u *challengetest.User) { u.Status = "UNCONFIRMED" }), word: "wr0ng", want: challenge.UserNotConfirmed},
		"reset required": {path: state(func(u *challengetest.User) { u.Status = "RESET_REQUIRED" }), want: challenge.PasswordResetRequired},
		"expired": {
			path: state(temporary), want: challenge.TempPasswordExpired,
			before: func(w *world) { w.now = w.now.Add(7 * 24 * time.Hour) },
		},
		"locked out": {
			path: path{flow: userSRP}, want: challenge.LockedOut,
			before: func(w *world) {
				for range 5 {
					if _, err := w.walk("wr0ng"); !errors.Is(err, challenge.BadCredentials) {
						w.t.Error(err)
					}
				}
			},
		},
		"locked out by codes": {
			path: path{flow: userPassword, user: factors("SMS_MFA")}, want: challenge.LockedOut,
			before: func(w *world) {
				step, err := w.client.Start(w.t.Context(), w.path.flow(w, secret(rightWord)))
				if err != nil {
					w.t.Fatal(err)
				}
				sms := step.(*challenge.SMSMFA)
				sms.Code = secret("x")
				for range 5 {
					if _, err := w.client.Respond(w.t.Context(), sms); !errors.Is(err, challenge.BadCode) {
						w.t.Error(err)
					}
				}
			},
		},
		"flow disabled": {
			path: path{flow: custom, config: func(c *challengetest.Config) { c.Clients[0].AuthFlows = []types.ExplicitAuthFlowsType{} }},
			want: challenge.Misconfigured,
		},
		"nobody": {
			path: path{flow: func(*world, challenge.Secret) challenge.Flow {
				return challenge.UserPassword{Username: "nobody", Password: secret("x")}
			}},
			want: challenge.BadCredentials,
		},
		"nobody, hidden": {
			path: path{
				flow: func(*world, challenge.Secret) challenge.Flow {
					return challenge.UserSRP{Username: "nobody", Password: secret("x")}
				},
				config: func(c *challengetest.Config) { c.Clients[0].PreventUserExistenceErrors = "ENABLED" },
			},
			want: challenge.BadCredentials,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, tt.path, "public", challenge.Secret{})
			if tt.before != nil {
				tt.before(w)
			}
			word := tt.word
			if word == "" {
				word = rightWord
			}
			_, err := w.walk(word)
			var e *challenge.Error
			if !errors.As(err, &e) || e.Reason != tt.want || e.Ambiguous || e.Retryable || challenge.AskAgain(err) {
				t.Errorf("got %v, expected %q", err, tt.want)
			}
		})
	}
}
