package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

type names = []types.ChallengeNameType

// A path is one way through a sign-in: how it starts, what the pool is like,
// and what it must ask, in this order.
type path struct {
	name string

	// flow starts the sign-in. password is the right one or a wrong one.
	flow     func(w *world, password challenge.Secret) challenge.Flow
	provesAt types.ChallengeNameType // where a wrong password of flow is refused; "-" if flow has none

	config func(*challengetest.Config) // may be nil
	user   func(*challengetest.User)   // may be nil
	device bool                        // the user has a remembered device

	firstFactor  types.ChallengeNameType // SELECT_CHALLENGE is answered with it
	secondFactor types.ChallengeNameType // SELECT_MFA_TYPE and MFA_SETUP are
	asks         names
}

const (
	atStart   types.ChallengeNameType = ""
	nowhere   types.ChallengeNameType = "-"
	rightWord                         = "Passw0rd!"
	newWord                           = "An0ther passw0rd!"
	origin                            = "https://example.com"
)

// firsts are the ways to give a first factor that is a password, each of which
// any of seconds can follow.
var firsts = []path{
	{name: "USER_SRP_AUTH", flow: userSRP, provesAt: "PASSWORD_VERIFIER", asks: names{"PASSWORD_VERIFIER"}},
	{name: "USER_PASSWORD_AUTH", flow: userPassword, provesAt: atStart},
	{name: "CUSTOM_AUTH with SRP", flow: customSRP, provesAt: "PASSWORD_VERIFIER", asks: names{"PASSWORD_VERIFIER", "CUSTOM_CHALLENGE"}},
	{name: "USER_AUTH, PASSWORD", flow: choice("PASSWORD", true), provesAt: atStart},
	{name: "USER_AUTH, PASSWORD asked for", flow: choice("PASSWORD", false), provesAt: nowhere, asks: names{"PASSWORD"}},
	{name: "USER_AUTH, PASSWORD_SRP", flow: choice("PASSWORD_SRP", true), provesAt: "PASSWORD_VERIFIER", asks: names{"PASSWORD_VERIFIER"}},
	{name: "USER_AUTH, PASSWORD_SRP asked for", flow: choice("PASSWORD_SRP", false), provesAt: nowhere, asks: names{"PASSWORD_SRP", "PASSWORD_VERIFIER"}},
	{name: "USER_AUTH, choosing PASSWORD", flow: choice("", false), provesAt: nowhere, firstFactor: "PASSWORD", asks: names{"SELECT_CHALLENGE"}},
	{name: "USER_AUTH, choosing PASSWORD_SRP", flow: choice("", false), provesAt: nowhere, firstFactor: "PASSWORD_SRP", asks: names{"SELECT_CHALLENGE", "PASSWORD_VERIFIER"}},
}

// seconds are what can follow a password.
var seconds = []path{
	{name: "nothing"},
	{name: "SMS_MFA", user: factors("SMS_MFA"), asks: names{"SMS_MFA"}},
	{name: "EMAIL_OTP", user: factors("EMAIL_OTP"), asks: names{"EMAIL_OTP"}},
	{name: "SOFTWARE_TOKEN_MFA", user: factors("SOFTWARE_TOKEN_MFA"), asks: names{"SOFTWARE_TOKEN_MFA"}},
	{name: "choosing SMS_MFA", user: factors("SMS_MFA", "SOFTWARE_TOKEN_MFA"), secondFactor: "SMS_MFA", asks: names{"SELECT_MFA_TYPE", "SMS_MFA"}},
	{name: "choosing EMAIL_OTP", user: factors("SMS_MFA", "EMAIL_OTP"), secondFactor: "EMAIL_OTP", asks: names{"SELECT_MFA_TYPE", "EMAIL_OTP"}},
	{name: "choosing SOFTWARE_TOKEN_MFA", user: factors("SMS_MFA", "SOFTWARE_TOKEN_MFA"), secondFactor: "SOFTWARE_TOKEN_MFA", asks: names{"SELECT_MFA_TYPE", "SOFTWARE_TOKEN_MFA"}},
	{name: "setting up an app", config: required, secondFactor: "SOFTWARE_TOKEN_MFA", asks: names{"MFA_SETUP"}},
	{name: "setting up e-mail", config: required, secondFactor: "EMAIL_OTP", asks: names{"MFA_SETUP", "EMAIL_OTP"}},
	{name: "a new password", user: temporary, asks: names{"NEW_PASSWORD_REQUIRED"}},
	{name: "a new password and SMS_MFA", user: both(temporary, factors("SMS_MFA")), asks: names{"NEW_PASSWORD_REQUIRED", "SMS_MFA"}},
	{name: "a new password and an app", config: required, user: temporary, secondFactor: "SOFTWARE_TOKEN_MFA", asks: names{"NEW_PASSWORD_REQUIRED", "MFA_SETUP"}},
	{name: "a remembered device", user: factors("SMS_MFA"), device: true, asks: names{"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"}},
}

// others are complete.
var others = []path{
	{name: "CUSTOM_AUTH", flow: custom, provesAt: nowhere, asks: names{"CUSTOM_CHALLENGE"}},
	{name: "USER_AUTH, EMAIL_OTP", flow: choice("EMAIL_OTP", false), provesAt: nowhere, asks: names{"EMAIL_OTP"}},
	{name: "USER_AUTH, SMS_OTP", flow: choice("SMS_OTP", false), provesAt: nowhere, asks: names{"SMS_OTP"}},
	{name: "USER_AUTH, WEB_AUTHN", flow: choice("WEB_AUTHN", false), provesAt: nowhere, asks: names{"WEB_AUTHN"}},
	{name: "USER_AUTH, choosing EMAIL_OTP", flow: choice("", false), provesAt: nowhere, firstFactor: "EMAIL_OTP", asks: names{"SELECT_CHALLENGE", "EMAIL_OTP"}},
	{name: "USER_AUTH, choosing SMS_OTP", flow: choice("", false), provesAt: nowhere, firstFactor: "SMS_OTP", asks: names{"SELECT_CHALLENGE", "SMS_OTP"}},
	{name: "USER_AUTH, choosing WEB_AUTHN", flow: choice("", false), provesAt: nowhere, firstFactor: "WEB_AUTHN", asks: names{"SELECT_CHALLENGE", "WEB_AUTHN"}},
	{
		name: "USER_AUTH, WEB_AUTHN preferred in vain", flow: choice("WEB_AUTHN", false), provesAt: nowhere,
		user: factors("SMS_MFA"), firstFactor: "PASSWORD_SRP", asks: names{"SELECT_CHALLENGE", "PASSWORD_VERIFIER", "SMS_MFA"},
	},
	{name: "USER_AUTH after sign-up", flow: afterSignUp, provesAt: nowhere},
}

func userSRP(_ *world, password challenge.Secret) challenge.Flow {
	return challenge.UserSRP{Username: "alice", Password: password}
}

func userPassword(_ *world, password challenge.Secret) challenge.Flow {
	return challenge.UserPassword{Username: "alice", Password: password}
}

func custom(*world, challenge.Secret) challenge.Flow { return challenge.Custom{Username: "alice"} }

func customSRP(_ *world, password challenge.Secret) challenge.Flow {
	return challenge.Custom{Username: "alice", Password: password}
}

func choice(preferred types.ChallengeNameType, withPassword bool) func(*world, challenge.Secret) challenge.Flow {
	return func(_ *world, password challenge.Secret) challenge.Flow {
		c := challenge.Choice{Username: "alice", Preferred: preferred}
		if withPassword {
			c.Password = password
		}
		return c
	}
}

func afterSignUp(w *world, _ challenge.Secret) challenge.Flow {
	session, err := w.pool.SignUpSession("demo", "alice")
	if err != nil {
		w.t.Fatal(err)
	}
	return challenge.Choice{Username: "alice", Session: session}
}

func factors(names ...types.ChallengeNameType) func(*challengetest.User) {
	return func(u *challengetest.User) { u.MFA = names }
}

func temporary(u *challengetest.User) {
	u.Temporary, u.RequiredAttributes = true, []string{"name"}
}

func both(a, b func(*challengetest.User)) func(*challengetest.User) {
	return func(u *challengetest.User) { a(u); b(u) }
}

func required(c *challengetest.Config) { c.MFA = types.UserPoolMfaTypeOn }

// triggers ask one riddle after the password, if there is one, and then for the
// second factor that the user has.
func triggers(mfa names) challengetest.Triggers {
	return challengetest.Triggers{
		DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
			done := func(name types.ChallengeNameType) bool {
				return slices.ContainsFunc(r.Session, func(c challengetest.ChallengeResult) bool { return c.ChallengeName == name && c.ChallengeResult })
			}
			switch {
			case len(r.Session) == 1 && r.Session[0].ChallengeName == "SRP_A":
				return challengetest.DefineAuthChallengeResponse{ChallengeName: "PASSWORD_VERIFIER"}, nil
			case !done("CUSTOM_CHALLENGE"):
				return challengetest.DefineAuthChallengeResponse{ChallengeName: "CUSTOM_CHALLENGE"}, nil
			}
			for _, name := range mfa {
				if !done(name) {
					return challengetest.DefineAuthChallengeResponse{ChallengeName: name}, nil
				}
			}
			return challengetest.DefineAuthChallengeResponse{IssueTokens: true}, nil
		},
		CreateAuthChallenge: func(challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
			return challengetest.CreateAuthChallengeResponse{
				PublicChallengeParameters:  map[string]string{"riddle": "What has keys and opens no door?"},
				PrivateChallengeParameters: challenge.NewParams(map[string]string{"answer": "a piano"}),
			}, nil
		},
		VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
			right := r.ChallengeAnswer.Reveal() == r.PrivateChallengeParameters.Get("answer")
			return challengetest.VerifyAuthChallengeResponseResponse{AnswerCorrect: right}, nil
		},
	}
}

// then returns the path of second after first, or false where there is none: a
// CUSTOM_AUTH asks only what its triggers ask.
func (first path) then(second path) (path, bool) {
	p := first
	p.name += ", " + second.name
	p.config, p.user, p.device, p.secondFactor = second.config, second.user, second.device, second.secondFactor
	p.asks = slices.Concat(first.asks, second.asks)
	if strings.HasPrefix(first.name, "CUSTOM_AUTH") {
		if second.user == nil && second.config != nil || slices.Contains(second.asks, "NEW_PASSWORD_REQUIRED") || slices.Contains(second.asks, "SELECT_MFA_TYPE") {
			return path{}, false
		}
	}
	return p, true
}

func allPaths() []path {
	paths := slices.Clone(others)
	for _, first := range firsts {
		for _, second := range seconds {
			if p, ok := first.then(second); ok {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

// world is a pool with one user, and a client of it.
type world struct {
	t       *testing.T
	path    path
	pool    *challengetest.Pool
	sdk     *cip.Client
	client  *challenge.Client
	now     time.Time
	passkey *challengetest.Passkey
	device  *challenge.Device

	issued   names // by Cognito, in order
	surfaced names // to whoever answers
	wrong    int   // the index in surfaced to answer wrongly first; -1 for none
}

func newWorld(t *testing.T, p path, api string, clientSecret challenge.Secret) *world {
	t.Helper()
	w := &world{t: t, path: p, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), wrong: -1}
	user := challengetest.User{
		Username: "alice", Password: secret(rightWord),
		Attributes: map[string]string{"email": "alice@example.com", "email_verified": "true", "phone_number": "+15550100"},
	}
	if p.user != nil {
		p.user(&user)
	}
	c := challengetest.Config{
		Clients:  []challengetest.AppClient{{ID: "demo", Secret: clientSecret, AuthFlows: types.ExplicitAuthFlowsType("").Values()}},
		Users:    []challengetest.User{user},
		WebAuthn: types.WebAuthnConfigurationType{RelyingPartyId: ptr("example.com")},
		Triggers: triggers(user.MFA),
		Now:      func() time.Time { return w.now },
	}
	if p.device {
		c.DeviceConfiguration = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}
		c.Triggers = triggers(nil) // that a device takes the place of MFA is up to them
	}
	if p.config != nil {
		p.config(&c)
	}
	pool, err := challengetest.NewPool(c)
	if err != nil {
		t.Fatal(err)
	}
	w.pool, w.sdk = pool, pool.Client()
	transport := challenge.Public(w.sdk)
	if api == "admin" {
		transport = challenge.Admin(w.sdk)
	}
	w.client, err = challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(), ClientID: "demo", ClientSecret: clientSecret,
		Transport: observer{transport, w}, Now: c.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(p.asks, "WEB_AUTHN") {
		if w.passkey, err = challengetest.NewPasskey(challengetest.ES256); err == nil {
			err = pool.RegisterPasskey("alice", w.passkey)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if p.device {
		w.rememberDevice()
	}
	return w
}

func ptr(s string) *string { return &s }

// rememberDevice signs in with the second factor and confirms the device.
func (w *world) rememberDevice() {
	tokens, err := w.client.SignIn(w.t.Context(), challenge.UserSRP{Username: "alice", Password: secret(rightWord)}, w.answer)
	if err != nil {
		w.t.Fatal(err)
	}
	device, _, err := challenge.ConfirmDevice(w.t.Context(), w.sdk, tokens, "laptop")
	if err != nil {
		w.t.Fatal(err)
	}
	w.device = &device
	w.issued, w.surfaced = nil, nil
}

// observer notes what the pool issues.
type observer struct {
	challenge.Transport
	w *world
}

func (o observer) Initiate(ctx context.Context, r challenge.InitiateRequest) (*challenge.Reply, error) {
	return o.note(o.Transport.Initiate(ctx, r))
}

func (o observer) Respond(ctx context.Context, r challenge.RespondRequest) (*challenge.Reply, error) {
	return o.note(o.Transport.Respond(ctx, r))
}

func (o observer) note(reply *challenge.Reply, err error) (*challenge.Reply, error) {
	if err == nil && reply.Challenge != "" {
		o.w.issued = append(o.w.issued, reply.Challenge)
	}
	return reply, err
}

// answer fills in a challenge rightly, or wrongly where w.wrong says so.
func (w *world) answer(ctx context.Context, ch challenge.Challenge, a challenge.Attempt) error {
	if a.Number == 1 {
		w.surfaced = append(w.surfaced, ch.Name())
	}
	wrong := a.Number == 1 && w.wrong == len(w.surfaced)-1
	word, code := secret(rightWord), w.lastCode()
	if wrong {
		word, code = secret("wr0ng Passw0rd!"), secret("not the code"[:3])
	}
	switch ch := ch.(type) {
	case *challenge.SMSMFA:
		ch.Code = code
	case *challenge.EmailOTP:
		ch.Code = code
	case *challenge.SMSOTP:
		ch.Code = code
	case *challenge.SoftwareTokenMFA:
		ch.Code = w.totp(wrong)
	case *challenge.SelectMFAType:
		ch.Answer = w.path.secondFactor
		if wrong { // past the library's own check
			ch.CanChoose, ch.Answer = nil, "CUSTOM_CHALLENGE"
		}
	case *challenge.MFASetup:
		if w.path.secondFactor == "EMAIL_OTP" {
			ch.Email = "new@example.com"
			if wrong {
				ch.Email = "no address"
			}
			return nil
		}
		if ch.Token.SecretCode.IsZero() {
			if _, err := ch.AssociateSoftwareToken(ctx, w.sdk); err != nil {
				return err
			}
		}
		return ch.VerifySoftwareToken(ctx, w.sdk, w.totp(wrong), "phone")
	case *challenge.NewPasswordRequired:
		ch.NewPassword, ch.Attributes = secret(newWord), map[string]string{"name": "Alice"}
		if wrong {
			ch.NewPassword = secret("short")
		}
	case *challenge.SelectChallenge:
		ch.Answer = w.path.firstFactor
		switch {
		case ch.Answer == "PASSWORD" || ch.Answer == "PASSWORD_SRP":
			ch.Password = word
		case wrong:
			ch.CanChoose, ch.Answer = nil, "CUSTOM_CHALLENGE"
		}
	case *challenge.Password:
		ch.Password = word
	case *challenge.PasswordSRP:
		ch.Password = word
	case *challenge.CustomChallenge:
		ch.Answer = secret("a piano")
		if wrong {
			ch.Answer = secret("a safe")
		}
	case *challenge.WebAuthn:
		credential, err := w.passkey.Sign(ch.RequestOptions, origin)
		if wrong {
			credential = secret(strings.Replace(credential.Reveal(), `"signature":"`, `"signature":"AAAA`, 1))
		}
		ch.Credential = credential
		return err
	default:
		return fmt.Errorf("%T surfaced", ch)
	}
	return nil
}

func (w *world) lastCode() challenge.Secret {
	messages := w.pool.Messages()
	if len(messages) == 0 {
		return challenge.Secret{}
	}
	return messages[len(messages)-1].Code
}

// totp returns the code of the user's authenticator app, half a minute later
// than the one before.
func (w *world) totp(wrong bool) challenge.Secret {
	w.now = w.now.Add(30 * time.Second)
	code, err := w.pool.TOTPCode("alice")
	if err != nil {
		w.t.Fatal(err)
	}
	if wrong {
		digits := []byte(code.Reveal())
		digits[0] = '0' + (digits[0]-'0'+5)%10
		return secret(string(digits))
	}
	return code
}

// signIn walks the path, with a wrong password if wrongPassword.
func (w *world) signIn(wrongPassword bool) (*challenge.Tokens, error) {
	word := secret(rightWord)
	if wrongPassword {
		word = secret("wr0ng Passw0rd!")
	}
	w.issued, w.surfaced = nil, nil
	return w.client.SignIn(w.t.Context(), w.path.flow(w, word), w.answer, func(o *challenge.CallOptions) { o.Device = w.device })
}

// refusedAs is how a wrong answer is refused; "" where it is no error.
var refusedAs = map[types.ChallengeNameType]challenge.Reason{
	"SMS_MFA":               challenge.BadCode,
	"SMS_OTP":               challenge.BadCode,
	"EMAIL_OTP":             challenge.BadCode,
	"SOFTWARE_TOKEN_MFA":    challenge.BadCode,
	"NEW_PASSWORD_REQUIRED": challenge.NewPasswordRejected,
	"SELECT_MFA_TYPE":       challenge.BadRequest,
	"PASSWORD":              challenge.BadCredentials,
	"PASSWORD_SRP":          challenge.BadCredentials,
	"WEB_AUTHN":             challenge.Unrecognized,
	"CUSTOM_CHALLENGE":      "",
}

func (w *world) refusal(name types.ChallengeNameType) challenge.Reason {
	switch {
	case name == "MFA_SETUP" && w.path.secondFactor == "EMAIL_OTP":
		return challenge.BadRequest
	case name == "MFA_SETUP":
		return challenge.BadCode
	case name == "SELECT_CHALLENGE" && strings.HasPrefix(string(w.path.firstFactor), "PASSWORD"):
		return challenge.BadCredentials
	case name == "SELECT_CHALLENGE":
		return challenge.BadRequest
	}
	reason, ok := refusedAs[name]
	if !ok {
		w.t.Fatalf("no wrong answer to %s is known", name)
	}
	return reason
}

// TestSDKFlows fails when the SDK has a flow that no type starts.
func TestSDKFlows(t *testing.T) {
	started := map[types.AuthFlowType]challenge.Flow{
		types.AuthFlowTypeUserSrpAuth:           challenge.UserSRP{},
		types.AuthFlowTypeUserPasswordAuth:      challenge.UserPassword{},
		types.AuthFlowTypeAdminUserPasswordAuth: challenge.UserPassword{}, // through Admin
		types.AuthFlowTypeAdminNoSrpAuth:        challenge.UserPassword{}, // its old name
		types.AuthFlowTypeCustomAuth:            challenge.Custom{},
		types.AuthFlowTypeUserAuth:              challenge.Choice{},
		types.AuthFlowTypeRefreshTokenAuth:      challenge.Refresh{},
		types.AuthFlowTypeRefreshToken:          challenge.Refresh{}, // its synonym
	}
	for _, name := range types.AuthFlowType("").Values() {
		if started[name] == nil {
			t.Errorf("no flow starts %s", name)
		}
	}
	if len(started) != len(types.AuthFlowType("").Values()) {
		t.Errorf("%d flows are started, the SDK has %d", len(started), len(types.AuthFlowType("").Values()))
	}
}

// TestPaths walks every flow through every challenge that it can lead to, with
// the admin and the public API, with and without a client secret; and gives a
// wrong answer at every step.
func TestPaths(t *testing.T) {
	var (
		mu       sync.Mutex
		right    int
		wrong    int
		flows    = make(map[types.ChallengeNameType]map[string]bool) // by challenge
		surfaced = make(map[types.ChallengeNameType]bool)
	)
	paths := allPaths()
	t.Run("all", func(t *testing.T) {
		for _, p := range paths {
			for _, api := range []string{"public", "admin"} {
				for _, withSecret := range []bool{false, true} {
					var clientSecret challenge.Secret
					if withSecret {
						clientSecret = secret("the client's secret")
					}
					t.Run(fmt.Sprintf("%s/%s/secret=%t", p.name, api, withSecret), func(t *testing.T) {
						t.Parallel()
						w := newWorld(t, p, api, clientSecret)
						tokens, err := w.signIn(false)
						if err != nil {
							t.Fatal(err)
						}
						if diff := cmp.Diff(p.asks, w.issued); diff != "" {
							t.Fatalf("challenges (-want +got):\n%s", diff)
						}
						if tokens.Username != "alice" || tokens.AccessToken.IsZero() || tokens.ExpiresIn != time.Hour {
							t.Errorf("signed in as %q for %v", tokens.Username, tokens.ExpiresIn)
						}
						asked := w.surfaced
						w.refresh(tokens)

						tried := 1 // within refresh
						for i, name := range asked {
							newWorld(t, p, api, clientSecret).walkWrongly(i, name)
							tried++
						}
						if p.provesAt != nowhere {
							newWorld(t, p, api, clientSecret).wrongPassword()
							tried++
						}
						if p.device {
							newWorld(t, p, api, clientSecret).wrongDevice()
							tried++
						}

						mu.Lock()
						defer mu.Unlock()
						right += 3 // the sign-in, and two within refresh
						wrong += tried
						flow, _, _ := strings.Cut(p.name, ",")
						flow = strings.TrimSuffix(flow, " with SRP")
						flow = strings.TrimSuffix(flow, " after sign-up")
						for _, name := range w.issued {
							if flows[name] == nil {
								flows[name] = make(map[string]bool)
							}
							flows[name][flow] = true
						}
						for _, name := range asked {
							surfaced[name] = true
						}
					})
				}
			}
		}
	})
	if t.Failed() {
		return
	}
	t.Logf("%d paths: %d to tokens, %d with a wrong answer", right+wrong, right, wrong)
	if right != 3*4*len(paths) || right == 0 {
		t.Errorf("%d of %d paths were walked to tokens", right, 3*4*len(paths))
	}
	table(t, flows, surfaced)
}

// walkWrongly answers the i-th question wrongly, expects the refusal, and goes
// on where the session is still good.
func (w *world) walkWrongly(i int, name types.ChallengeNameType) {
	w.t.Helper()
	w.wrong = i
	want := w.refusal(name)

	// The answers of SignIn are watched, to see the error that leads to the
	// second attempt.
	var refused error
	_, err := w.client.SignIn(w.t.Context(), w.path.flow(w, secret(rightWord)), func(ctx context.Context, ch challenge.Challenge, a challenge.Attempt) error {
		if a.Err != nil {
			refused = a.Err
		}
		err := w.answer(ctx, ch, a)
		if _, enrolling := ch.(*challenge.MFASetup); enrolling && challenge.AskAgain(err) {
			refused = err
			return w.answer(ctx, ch, challenge.Attempt{Number: 2})
		}
		return err
	}, func(o *challenge.CallOptions) { o.Device = w.device })

	again := want == challenge.BadCode || want == challenge.NewPasswordRejected
	switch {
	case want == "":
		if err != nil || len(w.surfaced) < 2 || w.surfaced[i+1] != name {
			w.t.Errorf("a wrong answer to %s: got %v and the questions %v, expected it again", name, err, w.surfaced)
		}
	case again && (err != nil || !errors.Is(refused, want)):
		w.t.Errorf("a wrong answer to %s: got %v, then %v, expected %q and tokens", name, refused, err, want)
	case !again && !errors.Is(err, want):
		w.t.Errorf("a wrong answer to %s: got %v, expected %q", name, err, want)
	}
}

// refresh gets new tokens for those of a sign-in, both ways, and none for
// another text.
func (w *world) refresh(tokens *challenge.Tokens) {
	w.t.Helper()
	withDevice := func(o *challenge.CallOptions) { o.Device = w.device }
	check := func(how string, got challenge.Step, err error) {
		w.t.Helper()
		again, ok := got.(*challenge.Tokens)
		if err != nil || !ok || again.Username != "alice" || !again.RefreshToken.Equal(tokens.RefreshToken) || again.AccessToken.Equal(tokens.AccessToken) {
			w.t.Errorf("%s: got %+v, %v", how, got, err)
		}
	}
	refresh := challenge.Refresh{RefreshToken: tokens.RefreshToken, Username: tokens.Username}
	step, err := w.client.Start(w.t.Context(), refresh, withDevice)
	check("REFRESH_TOKEN_AUTH", step, err)
	again, err := w.client.GetTokensFromRefreshToken(w.t.Context(), w.sdk, refresh, withDevice)
	check("GetTokensFromRefreshToken", again, err)

	refresh.RefreshToken = secret("no refresh token")
	if _, err := w.client.Start(w.t.Context(), refresh, withDevice); !errors.Is(err, challenge.TokenInvalid) {
		w.t.Errorf("a wrong refresh token: got %v, expected %q", err, challenge.TokenInvalid)
	}
}

func (w *world) wrongPassword() {
	w.t.Helper()
	_, err := w.signIn(true)
	var e *challenge.Error
	if !errors.As(err, &e) || e.Reason != challenge.BadCredentials || e.Challenge != w.path.provesAt {
		w.t.Errorf("a wrong password: got %v, expected %q at %q", err, challenge.BadCredentials, w.path.provesAt)
	}
}

func (w *world) wrongDevice() {
	w.t.Helper()
	w.device = &challenge.Device{DeviceKey: w.device.DeviceKey, DeviceGroupKey: w.device.DeviceGroupKey, Password: secret("another")}
	_, err := w.signIn(false)
	var e *challenge.Error
	if !errors.As(err, &e) || e.Reason != challenge.BadCredentials || e.Challenge != "DEVICE_PASSWORD_VERIFIER" {
		w.t.Errorf("a wrong device password: got %v", err)
	}
}

// given says what the caller gives for each challenge.
var given = map[types.ChallengeNameType]string{
	"ADMIN_NO_SRP_AUTH":        "a password (admin API only)",
	"CUSTOM_CHALLENGE":         "whatever the pool's trigger asks",
	"DEVICE_PASSWORD_VERIFIER": "`CallOptions.Device`",
	"DEVICE_SRP_AUTH":          "`CallOptions.Device`",
	"EMAIL_OTP":                "the code",
	"MFA_SETUP":                "an authenticator app's code, or an e-mail address",
	"NEW_PASSWORD_REQUIRED":    "a password and the required attributes",
	"PASSWORD":                 "the password",
	"PASSWORD_SRP":             "the password, which is proven and not sent",
	"PASSWORD_VERIFIER":        "the password given before",
	"SELECT_CHALLENGE":         "a choice",
	"SELECT_MFA_TYPE":          "a choice",
	"SMS_MFA":                  "the code",
	"SMS_OTP":                  "the code",
	"SOFTWARE_TOKEN_MFA":       "the authenticator app's code",
	"WEB_AUTHN":                "what the browser returned",
}

// table compares the README's table with what the paths showed.
func table(t *testing.T, flows map[types.ChallengeNameType]map[string]bool, surfaced map[types.ChallengeNameType]bool) {
	t.Helper()
	const begin, end = "<!-- made by go test ./challenge -run Paths -update -->\n", "<!-- end -->\n"
	var b strings.Builder
	b.WriteString(begin + "| Challenge | Type | Answered by | Walked to tokens in |\n|---|---|---|---|\n")
	for _, name := range slices.Sorted(slices.Values(types.ChallengeNameType("").Values())) {
		who := "you: "
		if flows[name] != nil && !surfaced[name] {
			who = "the library, with "
		}
		in := "`" + strings.Join(slices.Sorted(maps.Keys(flows[name])), "`, `") + "`"
		if flows[name] == nil {
			in = "no flow: Cognito was never seen to issue it"
		}
		typ := reflect.TypeOf(filled[name].form()).Elem().Name()
		fmt.Fprintf(&b, "| `%s` | `%s` | %s%s | %s |\n", name, typ, who, given[name], in)
	}
	b.WriteString(end)

	const file = "../README.md"
	readme, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", file)
	}
	want := before + b.String() + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if want != string(readme) {
		t.Errorf("the table in %s is not what the paths show; run the test with -update", file)
	}
}
