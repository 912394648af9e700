package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// clock is one that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Now()} }

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(by string) {
	d, err := time.ParseDuration(by)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func forgetDevices(t *testing.T, p *servedPool, username string) {
	t.Helper()
	sdk, ctx := p.Client(), context.Background()
	list, err := sdk.AdminListDevices(ctx, &cip.AdminListDevicesInput{UserPoolId: aws.String(p.UserPoolID()), Username: aws.String(username)})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list.Devices {
		if _, err := sdk.AdminForgetDevice(ctx, &cip.AdminForgetDeviceInput{
			UserPoolId: aws.String(p.UserPoolID()), Username: aws.String(username), DeviceKey: d.DeviceKey,
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExpired(t *testing.T) {
	t.Parallel()
	now := newClock()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	b := serveSite(t, p, func(o *options) { o.now = now.time }).browse(t)
	b.signIn("alice").sees("We sent a code")
	now.advance("2m59s")
	b.get("/challenge").sees("We sent a code")
	now.advance("2s")
	b.post("/challenge", "code", p.code(t, "alice")).seesWrong(http.StatusConflict, outdated)
	if b.get("/challenge"); b.url.Path != "/sign-in" {
		t.Errorf("got %s", b.url)
	}
	b.sees(outdated)
}

// TestTampered changes one character of each cookie, in every part of it.
func TestTampered(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	b := serveSite(t, p).browse(t)
	change := func(name string, at int, check func()) {
		t.Helper()
		good := b.cookies()[name]
		if good == "" {
			t.Fatalf("there is no cookie %s", name)
		}
		bad := []byte(good)
		if bad[at] == 'A' {
			bad[at] = 'B'
		} else {
			bad[at] = 'A'
		}
		b.setCookie(name, string(bad))
		check()
		b.setCookie(name, good)
	}

	b.signIn("alice").sees("We sent a code")
	form, code := b.page, p.code(t, "alice")
	const name = "__Host-challenge.0"
	length, about := len(b.cookies()[name]), strings.Index(b.cookies()[name], ".")
	for _, at := range []int{0, about / 2, about - 1, about, about + 1, about + 7, length / 2, length - 1} {
		change(name, at, func() {
			b.page = form
			b.post("/challenge", "code", code).seesWrong(http.StatusConflict, outdated)
		})
	}
	b.page = form
	b.post("/challenge", "code", code).isSignedIn("alice")

	const tokens = "__Host-session.0"
	if b.cookies()["__Host-session.1"] == "" {
		t.Error("the tokens are in one cookie, so nothing is tested of two")
	}
	for _, name := range []string{tokens, "__Host-session.1"} {
		for _, at := range []int{0, 500} {
			change(name, at, func() {
				if b.get("/"); b.url.Path != "/sign-in" {
					t.Errorf("%s, character %d: got %s", name, at, b.url)
				}
			})
		}
	}
	b.isSignedIn("alice")
	sum := 0
	for name, value := range b.cookies() {
		sum += len(name) + len(value)
	}
	t.Logf("the cookies of a user who is signed in make %d bytes, those of a sign-in under way %d", sum, length)
}

// TestCounterInCookie lowers the number of answers, which everybody can read.
func TestCounterInCookie(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	b := serveSite(t, p).browse(t)
	b.signIn("alice").post("/challenge", "code", wrong)
	const name = "__Host-challenge.0"
	about, sealed, _ := strings.Cut(b.cookies()[name], ".")
	text, err := base64.RawURLEncoding.DecodeString(about)
	if err != nil {
		t.Fatal(err)
	}
	var a attempt
	if err := json.Unmarshal(text, &a); err != nil || a.Answers != 1 || a.Username != "alice" {
		t.Fatalf("got %+v, %v", a, err)
	}
	a.Answers = 0
	if text, err = json.Marshal(a); err != nil {
		t.Fatal(err)
	}
	b.setCookie(name, base64.RawURLEncoding.EncodeToString(text)+"."+sealed)
	b.post("/challenge", "code", p.code(t, "alice")).seesWrong(http.StatusConflict, outdated)
}

// TestOtherPurpose puts what was sealed for one purpose, or for one user, in
// the place of another.
func TestOtherPurpose(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{
		Users: []challengetest.User{user("alice", sms), user("bob", sms)}, DeviceConfiguration: remembersDevices,
	})
	s := serveSite(t, p)
	alice, bob := s.browse(t), s.browse(t)
	alice.signIn("alice", "remember", "1").sees("We sent a code")
	form, code := alice.page, p.code(t, "alice")
	challengeOfAlice := alice.cookies()["__Host-challenge.0"]
	bob.signIn("bob").sees("We sent a code")

	// Alice's challenge with the form of Bob, and the other way around.
	bobs := bob.cookies()["__Host-challenge.0"]
	bob.setCookie("__Host-challenge.0", challengeOfAlice)
	bob.post("/challenge", "code", code).seesWrong(http.StatusConflict, outdated)
	aboutBob, _, _ := strings.Cut(bobs, ".")
	_, sealedAlice, _ := strings.Cut(challengeOfAlice, ".")
	bob.setCookie("__Host-challenge.0", aboutBob+"."+sealedAlice)
	bob.post("/challenge", "code", code).seesWrong(http.StatusConflict, outdated)

	// A challenge as tokens, a device as tokens, and tokens as a challenge.
	alice.page = form
	alice.post("/challenge", "code", code).isSignedIn("alice")
	tokens := alice.cookies()["__Host-session.0"]
	device := alice.cookies()["__Host-"+deviceCookie("alice")+".0"]
	if device == "" {
		t.Fatal("no device")
	}
	for _, sealed := range []string{sealedAlice, device} {
		bob.setCookie("__Host-session.0", sealed)
		if bob.get("/"); bob.url.Path != "/sign-in" {
			t.Errorf("got %s, want nobody to be signed in", bob.url)
		}
	}
	bob.setCookie("__Host-session.0", "")
	bob.setCookie("__Host-challenge.0", aboutBob+"."+tokens)
	if bob.get("/challenge"); bob.url.Path != "/sign-in" {
		t.Errorf("got %s, want no challenge", bob.url)
	}

	// Alice's device is none of Bob's, under whatever name.
	bob.setCookie("__Host-"+deviceCookie("bob")+".0", device)
	bob.signIn("bob").sees("We sent a code")

	// What another site sealed, with keys and a client of its own, is nothing
	// here.
	other := serveSite(t, p).browse(t)
	other.setCookie("__Host-session.0", tokens)
	if other.get("/"); other.url.Path != "/sign-in" {
		t.Errorf("got %s, want nobody to be signed in", other.url)
	}
}

// TestPurposes seals good content for a wrong purpose.
func TestPurposes(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}})
	key := newKey()
	s := serveSite(t, p, func(o *options) { o.keys = []challenge.Secret{key} })
	sealer, err := challenge.NewSealer(challenge.SealerConfig{UserPoolID: p.UserPoolID(), ClientID: appClient.ID, Keys: []challenge.Secret{key}})
	if err != nil {
		t.Fatal(err)
	}
	b := s.browse(t)
	b.signIn("alice").isSignedIn("alice")
	good, err := sealer.OpenSecret(b.cookies()["__Host-session.0"]+b.cookies()["__Host-session.1"], sessionPurpose)
	if err != nil {
		t.Fatal(err)
	}
	for _, purpose := range []string{devicePurpose("alice"), challengePurpose(""), ""} {
		sealed := sealer.SealSecret(good, purpose, time.Hour)
		b.setCookie("__Host-session.0", sealed[:maxPart])
		b.setCookie("__Host-session.1", sealed[maxPart:])
		if b.get("/"); b.url.Path != "/sign-in" {
			t.Errorf("purpose %q: got %s, want nobody to be signed in", purpose, b.url)
		}
	}

	in := &site{sealer: sealer}
	d := challenge.Device{DeviceKey: "key", DeviceGroupKey: "group", Password: challenge.NewSecret("device password")}
	for username, want := range map[string]bool{"alice": true, "bob": false} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		sealed := sealer.SealSecret(challenge.NewSecret("+"+d.Encode().Reveal()), devicePurpose("alice"), time.Hour)
		r.AddCookie(&http.Cookie{Name: in.cookieName(deviceCookie(username), 0), Value: sealed})
		if got := in.device(r, username); (got != nil) != want || want && (got.DeviceKey != "key" || !got.Remembered) {
			t.Errorf("%s: got %v", username, got)
		}
	}
}

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms), user("bob", sms)}})
	b := serveSite(t, p).browse(t)
	b.signIn("alice")
	first, code := b.page, p.code(t, "alice")
	b.signIn("bob")
	second := b.page
	b.page = first
	b.post("/challenge", "code", code).seesWrong(http.StatusConflict, outdated)
	b.page = second
	b.post("/challenge", "code", p.code(t, "bob")).isSignedIn("bob")
}

// TestAnsweredTwice is a double click: the second answer is not called wrong.
func TestAnsweredTwice(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	b := serveSite(t, p).browse(t)
	b.signIn("alice")
	form, cookie, code := b.page, b.cookies()["__Host-challenge.0"], p.code(t, "alice")
	b.post("/challenge", "code", code).isSignedIn("alice")
	b.page = form
	b.setCookie("__Host-challenge.0", cookie)
	b.post("/challenge", "code", code).seesWrong(422, sentences[challenge.SessionSpent])
}

func TestForgery(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}})
	s := serveSite(t, p)
	b := s.browse(t)
	b.signIn("alice").isSignedIn("alice")
	for _, path := range []string{"/sign-in", "/challenge", "/refresh", "/sign-out", "/device/forget", "/passkey", "/passkey/register"} {
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
		} {
			b.send(http.MethodPost, path, url.Values{"username": {"alice"}, "password": {password}}, header...)
			b.seesWrong(http.StatusForbidden, "This form was sent from another site")
		}
	}
	b.isSignedIn("alice")
	for _, header := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Origin", s.URL}} {
		b.send(http.MethodPost, "/refresh", url.Values{}, header...).sees("You have new tokens.")
	}
	if b.send(http.MethodGet, "/refresh", nil); b.status != http.StatusMethodNotAllowed && b.status != http.StatusNotFound {
		t.Errorf("GET /refresh: got status %d", b.status)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{})
	b := serveSite(t, p).browse(t)
	b.send(http.MethodPost, "/sign-in", url.Values{"username": {strings.Repeat("x", maxForm)}})
	if b.status != http.StatusRequestEntityTooLarge {
		t.Errorf("got status %d", b.status)
	}
}

// TestPoolIsDown keeps the challenge where that can help, and signs nobody out.
func TestPoolIsDown(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	s := serveSite(t, p)
	b := s.browse(t)
	b.signIn("alice")
	form, cookie, code := b.page, b.cookies()["__Host-challenge.0"], p.code(t, "alice")

	p.refuse("RespondToAuthChallenge", "TooManyRequestsException")
	b.post("/challenge", "code", code).seesWrong(http.StatusTooManyRequests, sentences[challenge.Throttled]).sees("We sent a code")
	p.refuse("RespondToAuthChallenge", "InternalErrorException") // it may have counted
	b.post("/challenge", "code", code).seesWrong(http.StatusServiceUnavailable, sentences[challenge.Unavailable]).sees("<h1>Sign in</h1>")
	p.refuse("RespondToAuthChallenge", "")
	b.page = form
	b.setCookie("__Host-challenge.0", cookie)

	p.refuse("JWKS", "InternalErrorException")
	b.post("/challenge", "code", code).seesWrong(http.StatusServiceUnavailable, ourFault)
	p.refuse("JWKS", "")
	// oidc.RemoteKeySet wakes those who wait for a fetch before it forgets the
	// fetch, so the next request may be told of the old failure once more.
	for range 1000 {
		if b.get("/"); b.status == http.StatusOK {
			break
		}
	}
	b.isSignedIn("alice")
	p.refuse("GetTokensFromRefreshToken", "TooManyRequestsException")
	b.post("/refresh").seesWrong(http.StatusServiceUnavailable, sentences[challenge.Throttled])
	b.isSignedIn("alice")
	for _, operation := range []string{"StartWebAuthnRegistration", "RevokeToken"} {
		p.refuse(operation, "InvalidParameterException")
	}
	b.post("/passkey").seesWrong(http.StatusBadGateway, ourFault)
	if b.post("/sign-out"); len(b.cookies()) != 0 {
		t.Errorf("got cookies %v after signing out", b.cookies())
	}
	p.refuse("InitiateAuth", "NotAuthorizedException")
	b.signIn("alice").seesWrong(422, sentences[challenge.BadCredentials]).seesNot("refused")

	down := serveSite(t, p, func(o *options) { o.endpoint = "http://127.0.0.1:1" }).browse(t)
	down.signIn("alice").seesWrong(http.StatusServiceUnavailable, sentences[challenge.Unavailable])
}

// TestDeviceIsNotConfirmed signs the user in all the same.
func TestDeviceIsNotConfirmed(t *testing.T) {
	t.Parallel()
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice")}, DeviceConfiguration: remembersDevices})
	p.refuse("ConfirmDevice", "InvalidParameterException")
	serveSite(t, p).browse(t).signIn("alice", "remember", "1").isSignedIn("alice").sees("not remembered")
}

func TestVerify(t *testing.T) {
	t.Parallel()
	other := appClient
	other.ID = "other"
	p := servePool(t, challengetest.Config{
		Clients: []challengetest.AppClient{appClient, other}, Users: []challengetest.User{user("alice"), user("bob")},
	})
	tokens := func(clientID, username string) session {
		config := p.options().config
		config.ClientID, config.Transport = clientID, challenge.Public(p.Client())
		client, err := challenge.New(config)
		if err != nil {
			t.Fatal(err)
		}
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: username, Password: challenge.NewSecret(password)})
		if err != nil {
			t.Fatal(err)
		}
		s := step.(*challenge.Tokens)
		return session{AccessToken: s.AccessToken.Reveal(), IDToken: s.IDToken.Reveal()}
	}
	alice, bob, elsewhere := tokens(appClient.ID, "alice"), tokens(appClient.ID, "bob"), tokens(other.ID, "alice")
	now := newClock()
	v := newVerifier(t.Context(), p.Issuer(), p.endpoint+"/"+p.UserPoolID()+"/.well-known/jwks.json", appClient.ID, now.time)
	if who, err := v.verify(t.Context(), alice); err != nil || who.Username != "alice" {
		t.Errorf("got %+v, %v", who, err)
	}
	for name, bad := range map[string]session{
		"none":                      {},
		"swapped":                   {AccessToken: alice.IDToken, IDToken: alice.AccessToken},
		"two ID tokens":             {AccessToken: alice.IDToken, IDToken: alice.IDToken},
		"two access tokens":         {AccessToken: alice.AccessToken, IDToken: alice.AccessToken},
		"other user's access token": {AccessToken: bob.AccessToken, IDToken: alice.IDToken},
		"other client's":            elsewhere,
		"other client's ID token":   {AccessToken: alice.AccessToken, IDToken: elsewhere.IDToken},
		"other client's access":     {AccessToken: elsewhere.AccessToken, IDToken: alice.IDToken},
		"changed":                   {AccessToken: alice.AccessToken, IDToken: alice.IDToken[:len(alice.IDToken)-8] + "AAAAAAAA"},
	} {
		if who, err := v.verify(t.Context(), bad); err == nil {
			t.Errorf("%s: got %+v", name, who)
		}
	}
	foreign := newVerifier(t.Context(), p.Issuer()+"x", p.endpoint+"/"+p.UserPoolID()+"/.well-known/jwks.json", appClient.ID, now.time)
	if _, err := foreign.verify(t.Context(), alice); err == nil {
		t.Error("another pool's tokens are taken")
	}
	now.advance("61m")
	var expired *oidc.TokenExpiredError
	if _, err := v.verify(t.Context(), alice); !errors.As(err, &expired) {
		t.Errorf("got %v", err)
	}
}

// TestAdmin is not parallel: it sets the environment.
func TestAdmin(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	p := servePool(t, challengetest.Config{Users: []challengetest.User{user("alice", sms)}})
	for _, flow := range []string{"srp", "password"} {
		b := serveSite(t, p, func(o *options) { o.api, o.flow = "admin", flow }).browse(t)
		b.signIn("alice").sees("We sent a code").post("/challenge", "code", p.code(t, "alice")).isSignedIn("alice")
	}
}

func TestContextData(t *testing.T) {
	t.Parallel()
	o, err := parse([]string{"-trust-proxy", "10.0.0.0/8, 127.0.0.1/32", "-server-name", "login.example.com"}, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	p := servePool(t, challengetest.Config{})
	opts := p.options()
	opts.proxies, opts.serverName = o.proxies, o.serverName
	s, err := newSite(t.Context(), opts, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/sign-in", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "10.1.2.3:4567"
	r.Header.Set("X-Forwarded-For", "203.0.113.9")
	var c challenge.CallOptions
	s.callOptions(r, "alice")(&c)
	if got := *c.ContextData.IpAddress + " " + *c.ContextData.ServerName + " " + *c.UserContextData.IpAddress; got != "203.0.113.9 login.example.com 203.0.113.9" {
		t.Errorf("got %s", got)
	}
}
