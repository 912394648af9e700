package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const (
	sms   = types.ChallengeNameTypeSmsMfa
	totp  = types.ChallengeNameTypeSoftwareTokenMfa
	email = types.ChallengeNameTypeEmailOtp
)

// remembersDevices has the user asked whether to.
var remembersDevices = &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true}

func TestSMS(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	for _, flow := range []string{"srp", "password"} {
		b := serveSite(t, p, func(o *options) { o.flow = flow }).browse(t)
		if b.get("/"); b.url.Path != "/sign-in" {
			t.Fatalf("got %s, want to be asked to sign in", b.url)
		}
		b.get("/demo").seesWrong(http.StatusNotFound, "There is no such page.")
		b.get("/sign-in").post("/sign-in", "username", "alice", "password", wrong).seesWrong(422, "The user name or the password is wrong.")
		b.post("/sign-in", "username", "nobody", "password", password).seesWrong(422, "The user name or the password is wrong.")
		b.post("/sign-in", "username", "", "password", "").seesWrong(422, "User name is required. Password is required.")

		b.signIn("alice").sees("We sent a code by text message to +*******0100.")
		b.post("/challenge", "code", "000 00").seesWrong(422, "Code has white space in it.")
		b.post("/challenge", "code", "").seesWrong(422, "Code is required.")
		b.post("/challenge", "code", "nonono").seesWrong(422, "This code is wrong.")
		b.get("/challenge").sees("We sent a code") // again, without the complaint
		b.post("/challenge", "code", " "+p.code(t, "alice")+" ").isSignedIn("alice").sees("alice@example.com", "not remembered")

		b.post("/sign-out")
		if b.url.Path != "/sign-in" || len(b.cookies()) != 0 {
			t.Errorf("got %s and cookies %v after signing out", b.url, b.cookies())
		}
	}
}

func TestFirstSignIn(t *testing.T) {
	t.Parallel()
	bob := user("bob")
	bob.Temporary, bob.RequiredAttributes = true, []string{"name", "email", "favourite_colour"}
	p := servePool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: []challengetest.User{bob}})
	b := serveSite(t, p).browse(t)

	const own = "Looking-Glass-1871"
	p.secrets.add("new password", own)
	b.signIn("bob").sees("Choose a password", "New password", "Your name", "favourite colour").seesNot("E-mail")
	b.post("/challenge", "new_password", own, "attribute-favourite_colour", "red").seesWrong(422, "Your name is required.")
	if !strings.Contains(b.page, `value="red"`) {
		t.Error("what was typed is lost")
	}
	b.post("/challenge", "new_password", "short", "attribute-name", "Bob", "attribute-favourite_colour", "red").
		seesWrong(422, "Please choose another password.").sees("not long enough")
	b.post("/challenge", "new_password", own, "attribute-name", "Bob", "attribute-favourite_colour", "red").
		sees("Set up a second step", "Authenticator app", "Use e-mail")

	b.post("/challenge", "answer", string(totp)).sees("Set up your authenticator app", "<svg", `id="key"`)
	first := b.page
	b.get("/challenge").sees(`id="key"`)
	if first != b.page {
		t.Error("got another QR code when the page is loaded again")
	}
	b.post("/challenge", "code", "12345").seesWrong(422, "Code is not six digits.").sees("<svg")
	b.post("/challenge", "code", "000000").seesWrong(422, "This code is wrong.").sees("<svg")
	b.post("/challenge", "code", p.totp(t, "bob")).isSignedIn("bob").sees("Hello, Bob")
}

func TestSetUpEmail(t *testing.T) {
	t.Parallel()
	bob := user("bob")
	bob.Attributes = nil
	p := servePool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: []challengetest.User{bob}})
	b := serveSite(t, p).browse(t)
	b.signIn("bob").sees("Set up a second step")
	b.post("/challenge", "answer", string(email), "email", "").seesWrong(422, "")
	b.post("/challenge", "answer", string(email), "email", "bob@example.com").sees("by e-mail to b***@e***")
	b.post("/challenge", "code", p.code(t, "bob")).isSignedIn("bob").sees("bob@example.com")
}

// TestOnlyTOTP has no choice: the QR code comes at once.
func TestOnlyTOTP(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{
		MFA: types.UserPoolMfaTypeOn, SecondFactors: []types.ChallengeNameType{totp, sms}, Users: []challengetest.User{user("bob")},
	})
	b := serveSite(t, p).browse(t)
	b.signIn("bob").sees("Set up your authenticator app", "<svg")
	b.post("/challenge", "code", p.totp(t, "bob")).isSignedIn("bob")
}

func TestOnlySMS(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{
		MFA: types.UserPoolMfaTypeOn, SecondFactors: []types.ChallengeNameType{sms}, Users: []challengetest.User{user("bob")},
	})
	serveSite(t, p).browse(t).signIn("bob").seesWrong(http.StatusBadGateway, ourFault)
}

func TestSelection(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms, totp, email)}})
	s := serveSite(t, p)
	for factor, answer := range map[types.ChallengeNameType]func() string{
		sms:   func() string { return p.code(t, "alice") },
		email: func() string { return p.code(t, "alice") },
		totp:  func() string { return p.totp(t, "alice") },
	} {
		b := s.browse(t)
		b.signIn("alice").sees("How do you want to confirm", "Text message", "E-mail", "Authenticator app")
		b.post("/challenge", "answer", "FAX").seesWrong(422, "What you sent is")
		b.post("/challenge", "answer", string(factor)).sees("code")
		b.post("/challenge", "code", answer()).isSignedIn("alice")
	}
}

func TestChoice(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}})
	s := serveSite(t, p)
	choose := func() *browser {
		b := s.browse(t)
		b.get("/sign-in")
		return b.post("/sign-in", "username", "alice", "password", "", "how", "choose").sees("Choose how to sign in", "Sign in with the password")
	}
	b := choose()
	b.post("/challenge", "answer", "PASSWORD_SRP", "password", "").seesWrong(422, "")
	b.post("/challenge", "answer", "PASSWORD_SRP", "password", password).isSignedIn("alice")

	for _, answer := range []string{"SMS_OTP", "EMAIL_OTP"} {
		b = choose()
		b.post("/challenge", "answer", answer).sees("We sent a code")
		b.post("/challenge", "code", wrong).seesWrong(422, "This code is wrong.")
		b.post("/challenge", "code", p.code(t, "alice")).isSignedIn("alice")
	}

	key, err := challengetest.NewPasskey(challengetest.ES256)
	if err != nil {
		t.Fatal(err)
	}
	const origin = "https://localhost"
	choose().seesNot("Passkey")
	b.post("/passkey").sees("Make a passkey", "/static/passkey.js")
	b.post("/passkey/register", "credential", "").seesWrong(422, "Your browser sent no passkey.")
	b.post("/passkey/register", "credential", "{}").seesWrong(422, "This passkey was not accepted.")
	registration, err := key.Register(b.get("/").post("/passkey").data("options"), origin)
	if err != nil {
		t.Fatal(err)
	}
	b.post("/passkey/register", "credential", registration).sees("Your passkey is registered.")

	b = choose().sees("Passkey")
	b.post("/challenge", "answer", "WEB_AUTHN").sees("Use a passkey")
	signed, err := key.Sign(b.data("options"), origin)
	if err != nil {
		t.Fatal(err)
	}
	b.post("/challenge", "credential", "{}").seesWrong(422, "What you sent has a type other than")
	b.post("/challenge", "credential", signed.Reveal()).isSignedIn("alice")
}

func TestRememberedDevice(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{
		Users: []challengetest.User{user("alice", sms), user("bob", sms)}, DeviceConfiguration: remembersDevices,
	})
	s := serveSite(t, p)
	b := s.browse(t)
	finish := func() *browser { return b.sees("We sent a code").post("/challenge", "code", p.code(t, "alice")) }

	// Not remembered: asked again, but refreshing works all the same.
	b.signIn("alice")
	finish().isSignedIn("alice").sees("not remembered")
	b.post("/refresh").sees("You have new tokens.")
	b.signIn("alice") // without signing out, so with the device's key
	finish().isSignedIn("alice").sees("not remembered")

	// Remembered from the second sign-in with the same device on.
	b.signIn("alice", "remember", "1")
	finish().isSignedIn("alice").seesNot("not remembered")
	b.post("/sign-out")
	b.signIn("alice").isSignedIn("alice").seesNot("not remembered").sees("remembered")
	b.post("/refresh").sees("You have new tokens.")
	b.post("/sign-out")

	// Neither another user of the browser nor another browser has it.
	b.signIn("bob").sees("We sent a code").post("/challenge", "code", p.code(t, "bob")).isSignedIn("bob").sees("not remembered")
	b.post("/sign-out")
	s.browse(t).signIn("alice").sees("We sent a code")
	b.signIn("alice").isSignedIn("alice")

	b.post("/device/forget").sees("This device is forgotten.", "not remembered")
	b.post("/sign-out")
	b.signIn("alice", "remember", "1")
	finish().isSignedIn("alice")

	// The pool forgets: the sign-in goes on, and the next one begins anew.
	forgetDevices(t, p, "alice")
	b.signIn("alice", "remember", "1")
	finish().isSignedIn("alice").seesNot("not remembered")
	b.signIn("alice").isSignedIn("alice")
}

// TestLostDevice loses the device's cookie in the middle of a sign-in that the
// pool knows to come from it. Nobody can answer then; the next one is good.
func TestLostDevice(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}, DeviceConfiguration: remembersDevices})
	b := serveSite(t, p).browse(t)
	b.signIn("alice", "remember", "1").isSignedIn("alice").seesNot("not remembered")
	b.post("/sign-out").post("/sign-in", "username", "alice", "how", "choose").sees("Choose how to sign in")
	b.setCookie("__Host-"+deviceCookie("alice")+".0", "lost")
	b.post("/challenge", "answer", "PASSWORD_SRP", "password", password).seesWrong(http.StatusBadGateway, ourFault)
	b.signIn("alice", "remember", "1").isSignedIn("alice").seesNot("not remembered")
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	for _, rotation := range []types.FeatureType{types.FeatureTypeDisabled, types.FeatureTypeEnabled} {
		t.Run(string(rotation), func(t *testing.T) {
			t.Parallel()
			now := newClock()
			app := appClient
			app.RefreshTokenRotation = &types.RefreshTokenRotationType{Feature: rotation}
			p := servePool(t, challengetest.Config{
				Clients: []challengetest.AppClient{app}, Users: []challengetest.User{user("alice")}, Now: now.time,
			})
			s := serveSite(t, p, func(o *options) { o.now, o.flow = now.time, "password" })
			b := s.browse(t)
			b.signIn("alice").isSignedIn("alice")
			before := b.cookies()["__Host-session.0"]
			b.isSignedIn("alice")
			if before != b.cookies()["__Host-session.0"] {
				t.Error("got new tokens before the old ones expired")
			}
			for range 3 {
				now.advance("2h")
				if b.isSignedIn("alice"); before == b.cookies()["__Host-session.0"] {
					t.Error("got no new tokens")
				}
			}
			b.post("/refresh").sees("You have new tokens.")

			other := s.browse(t)
			other.signIn("alice").isSignedIn("alice")
			other.post("/sign-out", "everywhere", "1")
			now.advance("2h")
			b.get("/").seesWrong(http.StatusUnauthorized, "Your sign-in has ended.")
			if b.get("/"); b.url.Path != "/sign-in" {
				t.Errorf("got %s", b.url)
			}
		})
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	now := newClock()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}, Now: now.time})
	b := serveSite(t, p, func(o *options) { o.now, o.flow = now.time, "password" }).browse(t)
	b.signIn("alice")
	for i := range maxAnswers {
		if i > 0 {
			b.sees("We sent a code")
		}
		if i > 4 { // the pool's own limit begins here: one second, then two, …
			now.advance(fmt.Sprintf("%ds", 1<<(i-5)))
		}
		b.post("/challenge", "code", wrong).seesWrong(422, "This code is wrong.")
	}
	b.sees("<h1>Sign in</h1>")
	if b.post("/challenge", "code", p.code(t, "alice")); b.status != http.StatusConflict || len(b.cookies()) != 0 {
		t.Errorf("got status %d and cookies %v", b.status, b.cookies())
	}
}

// TestLockedOut meets the pool's own limits.
func TestLockedOut(t *testing.T) {
	t.Parallel()
	now := newClock()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}, Now: now.time})
	b := serveSite(t, p, func(o *options) { o.now, o.flow = now.time, "password" }).browse(t)
	for range 5 {
		b.get("/sign-in").post("/sign-in", "username", "alice", "password", wrong).seesWrong(422, sentences[challenge.BadCredentials])
	}
	b.signIn("alice").seesWrong(http.StatusTooManyRequests, sentences[challenge.LockedOut])
	now.advance("1s")
	b.signIn("alice").sees("We sent a code")
	for range 5 {
		b.post("/challenge", "code", wrong).seesWrong(422, sentences[challenge.BadCode])
	}
	b.post("/challenge", "code", p.code(t, "alice")).seesWrong(http.StatusTooManyRequests, sentences[challenge.LockedOut])
	b.sees("<h1>Sign in</h1>")
}

// TestEndlessQuestions has a trigger that is never content. A wrong answer is no
// error there, and counts all the same.
func TestEndlessQuestions(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}, Triggers: challengetest.Triggers{
		DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (d challengetest.DefineAuthChallengeResponse, err error) {
			switch last := len(r.Session) - 1; {
			case last == 0:
				d.ChallengeName = types.ChallengeNameTypePasswordVerifier
			case r.Session[last].ChallengeName == types.ChallengeNameTypeCustomChallenge && r.Session[last].ChallengeResult:
				d.IssueTokens = true
			default:
				d.ChallengeName = types.ChallengeNameTypeCustomChallenge
			}
			return d, nil
		},
		CreateAuthChallenge: func(challengetest.CreateAuthChallengeRequest) (c challengetest.CreateAuthChallengeResponse, err error) {
			c.PublicChallengeParameters = map[string]string{"question": "What is your cat called?"}
			return c, nil
		},
		VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (v challengetest.VerifyAuthChallengeResponseResponse, err error) {
			v.AnswerCorrect = r.ChallengeAnswer.Reveal() == "Dinah"
			return v, nil
		},
	}})
	b := serveSite(t, p, func(o *options) { o.flow = "custom" }).browse(t)
	b.signIn("alice").sees("question: What is your cat called?")
	b.post("/challenge", "answer", wrong).sees("What is your cat called?")
	b.post("/challenge", "answer", "Dinah").isSignedIn("alice")

	b.signIn("alice")
	for range maxAnswers - 1 {
		b.post("/challenge", "answer", wrong).sees("What is your cat called?")
	}
	b.post("/challenge", "answer", wrong).seesWrong(http.StatusTooManyRequests, tooMany)
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for _, reason := range challenge.Reason("").Values() {
		text := sentences[reason]
		if text == "" || !strings.HasSuffix(text, ".") || strings.Contains(strings.ToLower(text), "cognito") {
			t.Errorf("%s: got sentence %q", reason, text)
		}
		err := fmt.Errorf("x: %w", &challenge.Error{Reason: reason, Message: "for the log: alice exists"})
		if reason != challenge.NewPasswordRejected && sentence(err, nil) != text {
			t.Errorf("%s: got %q, want %q", reason, sentence(err, nil), text)
		}
		if s := status(err); s < 400 || s > 599 {
			t.Errorf("%s: got status %d", reason, s)
		}
	}
	if got := sentence(&challenge.MalformedError{}, nil); got != ourFault {
		t.Errorf("got %q", got)
	}
}
