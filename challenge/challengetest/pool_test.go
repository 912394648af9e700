package challengetest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

const (
	right = "Passw0rd!"
	wrong = "Passw0rd?"
)

// allFlows are what most tests' app clients enable.
var allFlows = types.ExplicitAuthFlowsType("").Values()

// clock is a pool's clock that stands still unless a test moves it.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2027, 3, 4, 5, 6, 7, 0, time.UTC)} }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func newPool(t testing.TB, config challengetest.Config) *challengetest.Pool {
	t.Helper()
	p, err := challengetest.NewPool(config)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// alice returns a user with a password and what else edit gives her.
func alice(edit ...func(*challengetest.User)) []challengetest.User {
	u := challengetest.User{Username: "alice", Password: challenge.NewSecret(right)}
	for _, e := range edit {
		e(&u)
	}
	return []challengetest.User{u}
}

type (
	object = map[string]any
	texts  = map[string]string
)

// A reply is one HTTP reply of the pool.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	body   object
}

// call makes one raw request. Operations for servers get a header.
func call(t testing.TB, p *challengetest.Pool, operation string, body object) reply {
	t.Helper()
	if strings.HasPrefix(operation, "Admin") {
		body = maps.Clone(body)
		body["UserPoolId"] = p.UserPoolID()
	}
	if strings.HasSuffix(operation, "Auth") || strings.HasSuffix(operation, "Challenge") {
		if body["ClientId"] == nil {
			body = maps.Clone(body)
			body["ClientId"] = "client"
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/", strings.NewReader(string(text)))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if strings.HasPrefix(operation, "Admin") {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
	}
	return send(t, p, r)
}

func send(t testing.TB, p *challengetest.Pool, r *http.Request) reply {
	t.Helper()
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	out := reply{t: t, status: w.Code, header: w.Header()}
	if text, _ := io.ReadAll(w.Body); len(text) > 0 {
		if err := json.Unmarshal(text, &out.body); err != nil {
			t.Fatalf("reply %q: %v", text, err)
		}
	}
	return out
}

// ok fails the test unless the reply is a success with these members.
func (r reply) ok(members ...string) reply {
	r.t.Helper()
	if r.status != 200 {
		r.t.Fatalf("got %d %v, want success", r.status, r.body)
	}
	slices.Sort(members)
	if diff := cmp.Diff(members, slices.Sorted(maps.Keys(r.body))); diff != "" {
		r.t.Fatalf("members (-want +got):\n%s", diff)
	}
	return r
}

// asks fails the test unless the reply is a challenge with these parameters.
func (r reply) asks(name string, params ...string) reply {
	r.t.Helper()
	if name == "PASSWORD_VERIFIER" {
		r.ok("ChallengeName", "ChallengeParameters")
	} else {
		r.ok("ChallengeName", "ChallengeParameters", "Session")
	}
	if r.body["ChallengeName"] != name {
		r.t.Fatalf("got %v, want %s", r.body["ChallengeName"], name)
	}
	slices.Sort(params)
	if diff := cmp.Diff(params, slices.Sorted(maps.Keys(r.params())), emptyIsNil); diff != "" {
		r.t.Fatalf("parameters (-want +got):\n%s", diff)
	}
	return r
}

var emptyIsNil = cmp.Transformer("emptyIsNil", func(s []string) string { return strings.Join(s, ",") })

// tokens fails the test unless the reply is the end of a sign-in.
func (r reply) tokens() object {
	r.t.Helper()
	r.ok("AuthenticationResult", "ChallengeParameters")
	if len(r.params()) != 0 {
		r.t.Fatalf("parameters %v, want none", r.params())
	}
	return r.body["AuthenticationResult"].(object)
}

// fails fails the test unless the reply is this error.
func (r reply) fails(code, text string) {
	r.t.Helper()
	want := object{"__type": code, "message": text}
	if r.status != 400 || !cmp.Equal(want, r.body) {
		r.t.Fatalf("got %d %v, want 400 %v", r.status, r.body, want)
	}
	if got := r.header.Get("X-Amzn-Errortype"); got != code+":" {
		r.t.Fatalf("x-amzn-errortype %q", got)
	}
}

func (r reply) params() object { p, _ := r.body["ChallengeParameters"].(object); return p }

func (r reply) param(name string) string { s, _ := r.params()[name].(string); return s }

func (r reply) session() string { s, _ := r.body["Session"].(string); return s }

// answer responds to the challenge of r.
func (r reply) answer(p *challengetest.Pool, responses texts, edit ...func(object)) reply {
	r.t.Helper()
	return r.answerBy(p, "RespondToAuthChallenge", responses, edit...)
}

func (r reply) answerBy(p *challengetest.Pool, operation string, responses texts, edit ...func(object)) reply {
	r.t.Helper()
	body := object{"ChallengeName": r.body["ChallengeName"], "ChallengeResponses": responses}
	if s := r.session(); s != "" {
		body["Session"] = s
	}
	for _, e := range edit {
		e(body)
	}
	return call(r.t, p, operation, body)
}

// signIn starts USER_PASSWORD_AUTH.
func signIn(t testing.TB, p *challengetest.Pool, username, password string) reply {
	t.Helper()
	return call(t, p, "InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": texts{"USERNAME": username, "PASSWORD": password},
	})
}

func hash(secret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(username + clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

const (
	notAuthorized    = "NotAuthorizedException"
	invalidParameter = "InvalidParameterException"
	codeMismatch     = "CodeMismatchException"

	badCredentials = "Incorrect username or password."
	expired        = "Invalid session for the user, session is expired."
	usedOnce       = "Invalid session for the user, session can only be used once."
	invalidSession = "Invalid session for the user."
)

func TestPasswordFlows(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	for _, flow := range []struct{ operation, name string }{
		{"InitiateAuth", "USER_PASSWORD_AUTH"},
		{"AdminInitiateAuth", "ADMIN_USER_PASSWORD_AUTH"},
		{"AdminInitiateAuth", "ADMIN_NO_SRP_AUTH"},
	} {
		t.Run(flow.name, func(t *testing.T) {
			start := func(params texts) reply {
				return call(t, p, flow.operation, object{"AuthFlow": flow.name, "AuthParameters": params})
			}
			result := start(texts{"USERNAME": "alice", "PASSWORD": right}).tokens()
			want := []string{"AccessToken", "ExpiresIn", "IdToken", "RefreshToken", "TokenType"}
			if diff := cmp.Diff(want, slices.Sorted(maps.Keys(result))); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
			if result["ExpiresIn"] != 3600.0 || result["TokenType"] != "Bearer" {
				t.Errorf("got %v %v", result["ExpiresIn"], result["TokenType"])
			}
			start(texts{"USERNAME": "alice", "PASSWORD": wrong}).fails(notAuthorized, badCredentials)
			start(texts{"USERNAME": "bob", "PASSWORD": right}).fails("UserNotFoundException", "User does not exist.")
			start(texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter PASSWORD")
			start(texts{"PASSWORD": right}).fails(invalidParameter, "Missing required parameter USERNAME")
			start(nil).fails(invalidParameter, "Missing required parameter USERNAME")
		})
	}
}

func TestUserWithoutPassword(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: []challengetest.User{{Username: "alice"}}})
	signIn(t, p, "alice", right).fails(notAuthorized, badCredentials)
	srpSignIn(t, p, "alice", wrong, time.Now()).fails(notAuthorized, badCredentials)
}

func TestFlowsThatAreNotOffered(t *testing.T) {
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "default"}, {ID: "all", AuthFlows: allFlows}, {ID: "none", AuthFlows: []types.ExplicitAuthFlowsType{}}},
		Users:   alice(),
	})
	for _, test := range []struct{ operation, client, flow, want string }{
		{"InitiateAuth", "all", "ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."},
		{"InitiateAuth", "all", "ADMIN_NO_SRP_AUTH", "Initiate Auth method not supported."},
		{"AdminInitiateAuth", "all", "USER_PASSWORD_AUTH", "Initiate Auth method not supported."},
		{"InitiateAuth", "default", "USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"},
		{"AdminInitiateAuth", "default", "ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client"},
		{"InitiateAuth", "default", "USER_SRP_AUTH", "Missing required parameter USERNAME"}, // enabled
		{"InitiateAuth", "none", "USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."},
		{"InitiateAuth", "none", "REFRESH_TOKEN_AUTH", "Refresh Token flow not enabled for this client"},
		{"InitiateAuth", "all", "USER_AUTH", "Missing required parameter USERNAME"}, // enabled
		{"AdminInitiateAuth", "none", "USER_AUTH", "USER_AUTH is not enabled for the client."},
	} {
		call(t, p, test.operation, object{"ClientId": test.client, "AuthFlow": test.flow}).fails(invalidParameter, test.want)
	}
	r := call(t, p, "InitiateAuth", object{"ClientId": "all", "AuthFlow": "user_srp_auth"})
	if text := fmt.Sprint(r.body["message"]); !strings.HasPrefix(text, "1 validation error detected: Value at 'authFlow' failed") {
		t.Errorf("got %v", r.body)
	}
}

func TestClientsAndPools(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	const notFound = "ResourceNotFoundException"
	for _, operation := range []string{"InitiateAuth", "RespondToAuthChallenge"} {
		call(t, p, operation, object{"ClientId": "other"}).fails(notFound, "User pool client other does not exist.")
		call(t, p, "Admin"+operation, object{"ClientId": "other"}).fails(notFound,
			"User pool client other does not exist in user pool eu-west-1_Test00001.")
		call(t, p, operation, object{"ClientId": ""}).fails(invalidParameter,
			"1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null")
	}
	r := call(t, p, "RespondToAuthChallenge", object{"ChallengeName": "EMAIL_MFA"})
	if text := fmt.Sprint(r.body["message"]); !strings.HasPrefix(text, "1 validation error detected: Value at 'challengeName' failed") {
		t.Errorf("got %v", r.body)
	}
	_, err := p.Client().AdminInitiateAuth(t.Context(), adminPasswordInput("eu-west-1_Other"))
	wantError(t, err, notFound, "User pool eu-west-1_Other does not exist.")
}

// wantError checks an error of the SDK's.
func wantError(t *testing.T, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || e.ErrorMessage() != text {
		t.Fatalf("got %v, want %s %q", err, code, text)
	}
}

func TestSecretHash(t *testing.T) {
	const secret = "s3cr3t"
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{
			{ID: "confidential", Secret: challenge.NewSecret(secret), AuthFlows: allFlows},
			{ID: "public", AuthFlows: allFlows},
		},
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		Users: alice(func(u *challengetest.User) {
			u.Attributes = texts{"email": "a@example.com", "email_verified": "true", "phone_number": "+15550100"}
			u.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
		}),
	})
	const (
		unable  = "Unable to verify secret hash for client confidential"
		missing = "Client confidential is configured with secret but SECRET_HASH was not received"
	)
	good := hash(secret, "alice", "confidential")
	cases := []struct{ name, client, username, hash, want string }{
		{"right", "confidential", "alice", good, ""},
		{"over the alias that is sent", "confidential", "a@example.com", hash(secret, "a@example.com", "confidential"), ""},
		{"missing", "confidential", "alice", "", missing},
		{"over another name than is sent", "confidential", "a@example.com", good, unable},
		{"another secret", "confidential", "alice", hash("other", "alice", "confidential"), unable},
		{"another client id", "confidential", "alice", hash(secret, "alice", "public"), unable},
		{"hex", "confidential", "alice", fmt.Sprintf("%x", good), unable},
		{"none needed", "public", "alice", "", ""},
		{"needless", "public", "alice", good, "Unable to verify secret hash for client public"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			start := func(flow, operation string, params texts) reply {
				params["USERNAME"] = test.username
				if test.hash != "" {
					params["SECRET_HASH"] = test.hash
				}
				return call(t, p, operation, object{"ClientId": test.client, "AuthFlow": flow, "AuthParameters": params})
			}
			for _, r := range []reply{
				start("USER_PASSWORD_AUTH", "InitiateAuth", texts{"PASSWORD": right}),
				start("ADMIN_USER_PASSWORD_AUTH", "AdminInitiateAuth", texts{"PASSWORD": right}),
				start("USER_SRP_AUTH", "InitiateAuth", texts{"SRP_A": "2"}),
				start("USER_SRP_AUTH", "AdminInitiateAuth", texts{"SRP_A": "2"}),
			} {
				if test.want != "" {
					r.fails(notAuthorized, test.want)
				} else if r.status != 200 {
					t.Fatalf("got %v", r.body)
				}
			}

			// And with every answer; a refusal leaves the session usable.
			params := texts{"USERNAME": "alice", "PASSWORD": right}
			if test.client == "confidential" {
				params["SECRET_HASH"] = good
			}
			asked := call(t, p, "InitiateAuth", object{"ClientId": test.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": params})
			code := last(t, p).Code.Reveal()
			answer := func(username, hash string) reply {
				responses := texts{"USERNAME": username, "SMS_MFA_CODE": code}
				if hash != "" {
					responses["SECRET_HASH"] = hash
				}
				return asked.answer(p, responses, func(body object) { body["ClientId"] = test.client })
			}
			if test.want != "" {
				answer(test.username, test.hash).fails(notAuthorized, test.want)
				answer("alice", params["SECRET_HASH"]).tokens()
			} else {
				answer(test.username, test.hash).tokens()
			}
		})
	}

	t.Run("refresh", func(t *testing.T) {
		asked := call(t, p, "InitiateAuth", object{"ClientId": "confidential", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": texts{
			"USERNAME": "alice", "PASSWORD": right, "SECRET_HASH": good,
		}})
		result := asked.answer(p, texts{"USERNAME": "alice", "SECRET_HASH": good, "SMS_MFA_CODE": last(t, p).Code.Reveal()},
			func(body object) { body["ClientId"] = "confidential" }).tokens()
		refresh := func(hash string) reply {
			return call(t, p, "InitiateAuth", object{"ClientId": "confidential", "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": texts{
				"REFRESH_TOKEN": result["RefreshToken"].(string), "SECRET_HASH": hash,
			}})
		}
		refresh("").fails(notAuthorized, missing)
		refresh(hash(secret, "a@example.com", "confidential")).fails(notAuthorized, "SecretHash does not match for the client: confidential")
		refresh(good).tokens()
	})
}

func last(t testing.TB, p *challengetest.Pool) challengetest.Message {
	t.Helper()
	messages := p.Messages()
	if len(messages) == 0 {
		t.Fatal("no messages")
	}
	return messages[len(messages)-1]
}

func TestSessions(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{
			{ID: "client", AuthFlows: allFlows},
			{ID: "patient", AuthFlows: allFlows, AuthSessionValidity: 15 * time.Minute},
		},
		Users: append(alice(func(u *challengetest.User) {
			u.Temporary = true
			u.Attributes = texts{"phone_number": "+15550100"}
			u.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
		}), challengetest.User{Username: "bob", Password: challenge.NewSecret(right)}),
		Now: now.now,
	})
	newPassword := texts{"USERNAME": "alice", "NEW_PASSWORD": right}

	first := signIn(t, p, "alice", right)
	if s := first.session(); len(s) <= 800 || len(s) >= 2048 || !strings.HasPrefix(s, "AYAB") || len(s)%4 == 0 {
		t.Errorf("session of %d characters, %.8s…", len(s), s)
	}

	with := func(member string, value any) func(object) { return func(body object) { body[member] = value } }
	first.answer(p, newPassword, with("Session", "")).fails(invalidParameter, "Missing required parameter Session")
	first.answer(p, newPassword, with("Session", first.session()[1:])).fails(notAuthorized, invalidSession)
	first.answer(p, newPassword, with("ClientId", "patient")).fails(notAuthorized, invalidSession)
	first.answer(p, newPassword, with("ChallengeName", "MFA_SETUP")).fails(notAuthorized, invalidSession)
	first.answer(p, newPassword, with("ChallengeName", "WEB_AUTHN")).fails(notAuthorized, invalidSession)
	first.answer(p, newPassword, with("ChallengeName", "SMS_MFA")).fails(codeMismatch, "Invalid code or auth state for the user.")
	first.answer(p, newPassword, with("ChallengeName", "SOFTWARE_TOKEN_MFA")).fails("SoftwareTokenMFANotFoundException",
		"Software Token MFA does not exist for the user.")
	first.answer(p, texts{"USERNAME": "bob", "NEW_PASSWORD": right}).fails(notAuthorized, invalidSession)
	first.answer(p, texts{"USERNAME": "carol", "NEW_PASSWORD": right}).fails(notAuthorized, invalidSession)
	first.answer(p, texts{"NEW_PASSWORD": right}).fails(invalidParameter, "Missing required parameter USERNAME")

	// A success rotates the session and spends the old one, across the two APIs.
	now.advance(challengetest.DefaultAuthSessionValidity - time.Second)
	second := first.answerBy(p, "AdminRespondToAuthChallenge", newPassword)
	second.asks("SMS_MFA", "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION")
	if second.session() == first.session() {
		t.Error("the session didn't change")
	}
	first.answer(p, newPassword).fails(notAuthorized, usedOnce)

	// The time is measured per challenge, by the pool's clock.
	now.advance(challengetest.DefaultAuthSessionValidity - time.Second)
	code := texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}
	second.answer(p, code).tokens()
	second.answer(p, code).fails(notAuthorized, usedOnce)

	third := signIn(t, p, "alice", right)
	now.advance(challengetest.DefaultAuthSessionValidity)
	third.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).fails(notAuthorized, expired)

	patient := call(t, p, "AdminInitiateAuth", object{"ClientId": "patient", "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": texts{
		"USERNAME": "alice", "PASSWORD": right,
	}})
	now.advance(15*time.Minute - time.Second)
	patient.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}, with("ClientId", "patient")).tokens()
}

func TestOneOfManyAnswersWins(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100"}
		u.MFA = []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}
	})})
	asked := signIn(t, p, "alice", right)
	proof := srpAnswer(t, p, srpStart(t, p, "alice"), right, time.Now())
	code := texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}

	// race answers many times at once and counts the successes.
	race := func(answer func() reply) int {
		var mu sync.Mutex
		var won int
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if answer().status == 200 {
					mu.Lock()
					defer mu.Unlock()
					won++
				}
			})
		}
		group.Wait()
		return won
	}
	if won := race(func() reply { return asked.answer(p, code) }); won != 1 {
		t.Errorf("%d answers won with one session", won)
	}
	if won := race(proof); won != 1 {
		t.Errorf("%d answers won with one SECRET_BLOCK", won)
	}
}

func TestMessages(t *testing.T) {
	var told []challengetest.Message
	var p *challengetest.Pool
	p = newPool(t, challengetest.Config{
		Users: []challengetest.User{
			{
				Username: "alice", Password: challenge.NewSecret(right), Attributes: texts{"phone_number": "+15550100"},
				MFA: []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
			},
			{
				Username: "bob", Password: challenge.NewSecret(right), Attributes: texts{"email": "bob@example.com"},
				MFA: []types.ChallengeNameType{types.ChallengeNameTypeEmailOtp},
			},
		},
		OnMessage: func(m challengetest.Message) {
			if len(p.Messages()) != len(told)+1 { // it may use the pool
				t.Errorf("told of a message that is not in the outbox")
			}
			told = append(told, m)
		},
	})
	for _, test := range []struct{ username, challenge, key, medium, destination string }{
		{"alice", "SMS_MFA", "SMS_MFA_CODE", "SMS", "+*******0100"},
		{"bob", "EMAIL_OTP", "EMAIL_OTP_CODE", "EMAIL", "b***@e***"},
	} {
		older := signIn(t, p, test.username, right)
		oldCode := last(t, p).Code.Reveal()
		asked := signIn(t, p, test.username, right)
		for oldCode == last(t, p).Code.Reveal() { // one in a million
			asked = signIn(t, p, test.username, right)
		}
		asked.asks(test.challenge, "CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION", "USER_ID_FOR_SRP")
		m := last(t, p)
		if m.Username != test.username || m.Medium != test.medium || m.Destination != test.destination {
			t.Errorf("got %+v", m)
		}
		if asked.param("CODE_DELIVERY_DELIVERY_MEDIUM") != test.medium || asked.param("CODE_DELIVERY_DESTINATION") != test.destination {
			t.Errorf("got %v", asked.params())
		}
		code := m.Code.Reveal()
		if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
			t.Error("the code is not six digits")
		}

		// A wrong code keeps the session; so does the code of an older sign-in.
		// The newer code has made that one useless.
		const mismatch = "Invalid code or auth state for the user."
		asked.answer(p, texts{"USERNAME": test.username}).fails(invalidParameter, "Missing required parameter "+test.key)
		asked.answer(p, texts{"USERNAME": test.username, test.key: "x"}).fails(codeMismatch, mismatch)
		asked.answer(p, texts{"USERNAME": test.username, test.key: oldCode}).fails(codeMismatch, mismatch)
		older.answer(p, texts{"USERNAME": test.username, test.key: oldCode}).fails(codeMismatch, mismatch)
		older.answer(p, texts{"USERNAME": test.username, test.key: code}).fails(codeMismatch, mismatch)
		asked.answer(p, texts{"USERNAME": test.username, test.key: code}).tokens()
	}
	if diff := cmp.Diff(p.Messages(), told, cmp.Comparer(challenge.Secret.Equal)); diff != "" {
		t.Errorf("outbox and OnMessage differ:\n%s", diff)
	}
}

// TestPrintsNothing keeps users' secrets out of whatever prints a pool or what
// belongs to it.
func TestPrintsNothing(t *testing.T) {
	const marker = "marked-secret"
	totp := "NVQXE23FMQWXGZLDOJSXI" // base32 of the marker
	config := challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", Secret: challenge.NewSecret(marker)}},
		Users: []challengetest.User{{
			Username: "alice", Password: challenge.NewSecret(marker), TOTPSecret: challenge.NewSecret(totp),
			MFA: []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa},
		}},
	}
	p := newPool(t, config)
	message := challengetest.Message{Username: "alice", Code: challenge.NewSecret(marker)}
	type holder struct {
		pool   *challengetest.Pool
		value  challengetest.Pool
		config challengetest.Config
		list   []challengetest.Message
		named  map[string]any
	}
	inside := holder{p, *p, config, []challengetest.Message{message}, map[string]any{"pool": *p, "handler": p.Handler()}}
	for _, v := range []any{p, *p, config, &config, message, &message, inside, &inside, p.Handler(), p.Client(), *p.Client(), []any{p, inside}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			text := fmt.Sprintf(verb, v)
			for _, secret := range []string{marker, totp, fmt.Sprintf("%x", marker), fmt.Sprintf("%d", []byte(marker))} {
				if strings.Contains(text, strings.Trim(secret, "[]")) {
					t.Errorf("%s of %T prints a secret", verb, v)
				}
			}
		}
	}
	for _, v := range []any{message, config.Users, config.Clients} {
		if text, err := json.Marshal(v); err != nil || strings.Contains(string(text), marker) {
			t.Errorf("JSON of %T: %v", v, err)
		}
	}
}

func TestNewPoolRefuses(t *testing.T) {
	_, err := challengetest.NewPool(challengetest.Config{
		UserPoolID: "no pool",
		MFA:        "SOMETIMES",
		PasswordPolicy: &types.PasswordPolicyType{
			MinimumLength: aws.Int32(5), PasswordHistorySize: aws.Int32(-1), TemporaryPasswordValidityDays: 366,
		},
		SecondFactors:   []types.ChallengeNameType{"SMS_MFA", "SOFTWARE_TOKEN_MFA", "PASSWORD"},
		AliasAttributes: []types.AliasAttributeType{"name", "preferred_username"},
		Clients:         []challengetest.AppClient{{}, {ID: "a", AuthFlows: []types.ExplicitAuthFlowsType{"X"}}, {ID: "a", AuthSessionValidity: -1, PreventUserExistenceErrors: "X"}},
		Users: []challengetest.User{
			{},
			{Username: "a", Attributes: texts{"sub": "x"}, RequiredAttributes: []string{"userAttributes.name"}},
			{Username: "a", MFA: []types.ChallengeNameType{"SMS_MFA", "SMS_MFA", "EMAIL_OTP", "WEB_AUTHN"}, PreferredMFA: "EMAIL_OTP2"},
			{Username: "b", Attributes: texts{"preferred_username": "a"}, TOTPSecret: challenge.NewSecret("0189 secret")},
		},
	})
	want := []string{
		`challengetest: user_pool_id: expected a region, an underscore, and letters and digits, got "no pool"`,
		`challengetest: mfa: expected OFF, OPTIONAL or ON, got "SOMETIMES"`,
		`challengetest: password_policy.minimum_length: expected 6 to 99, got 5`,
		`challengetest: password_policy.password_history_size: expected 0 to 24, got -1`,
		`challengetest: password_policy.temporary_password_validity_days: expected 0 to 365, got 366`,
		`challengetest: second_factors[2]: expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got "PASSWORD"`,
		`challengetest: alias_attributes[0]: expected email, phone_number or preferred_username, got "name"`,
		`challengetest: clients[0].client_id: missing`,
		`challengetest: clients[1].auth_flows: unknown flow "X"`,
		`challengetest: clients[2].client_id: "a" is there already`,
		`challengetest: clients[2].auth_session_validity: negative`,
		`challengetest: clients[2].prevent_user_existence_errors: expected LEGACY or ENABLED, got "X"`,
		`challengetest: users[0].username: missing`,
		`challengetest: users[1].attributes: "sub" can't be set`,
		`challengetest: users[1].required_attributes: expected a name without "userAttributes.", got "userAttributes.name" at 0`,
		`challengetest: users[2].username: "a" is there already`,
		`challengetest: users[2].mfa: SMS_MFA needs the attribute phone_number`,
		`challengetest: users[2].mfa: SMS_MFA is there twice`,
		`challengetest: users[2].mfa: EMAIL_OTP is not one of the pool's second factors`,
		`challengetest: users[2].mfa: expected SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP, got "WEB_AUTHN"`,
		`challengetest: users[2].preferred_mfa: "EMAIL_OTP2" is not one of the user's factors`,
		`challengetest: users[3].attributes: "a" is an alias of user "a" already`,
		`challengetest: users[3].totp_secret: expected base32`,
	}
	if diff := cmp.Diff(want, strings.Split(fmt.Sprint(err), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	_, err = challengetest.NewPool(challengetest.Config{
		UsernameAttributes: []types.UsernameAttributeType{"email", "name"},
		AliasAttributes:    []types.AliasAttributeType{"email"},
		Users: []challengetest.User{
			{Username: "alice"}, {Username: "+15550100"}, {Username: "a@example.com", Attributes: texts{"email": "b@example.com"}},
		},
	})
	want = []string{
		`challengetest: username_attributes[1]: expected email or phone_number, got "name"`,
		`challengetest: alias_attributes: a pool with username_attributes has no aliases`,
		`challengetest: users[0].username: expected what the pool's username_attributes allow, got "alice"`,
		`challengetest: users[1].username: expected what the pool's username_attributes allow, got "+15550100"`,
		`challengetest: users[2].attributes: expected email to be the username "a@example.com", got "b@example.com"`,
	}
	if diff := cmp.Diff(want, strings.Split(fmt.Sprint(err), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConfigIsCopied(t *testing.T) {
	users := alice(func(u *challengetest.User) { u.Attributes = texts{"name": "Alice"} })
	p := newPool(t, challengetest.Config{Users: users})
	users[0].Attributes["name"] = "Eve"
	if got := claims(t, p, signIn(t, p, "alice", right).tokens()["IdToken"])["name"]; got != "Alice" {
		t.Errorf("name %v", got)
	}
}

// srpStart starts USER_SRP_AUTH with an srp.Client that srpAnswer finds again.
func srpStart(t testing.TB, p *challengetest.Pool, username string) srpConversation {
	t.Helper()
	c := srp.NewClient()
	return srpConversation{c, call(t, p, "InitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "AuthParameters": texts{"USERNAME": username, "SRP_A": c.A()},
	})}
}

type srpConversation struct {
	client *srp.Client
	reply
}

// srpAnswer returns a function that sends the proof.
func srpAnswer(t testing.TB, p *challengetest.Pool, c srpConversation, password string, at time.Time, edit ...func(texts)) func() reply {
	t.Helper()
	scope, err := srp.PoolName(p.UserPoolID())
	if err != nil {
		t.Fatal(err)
	}
	signature, timestamp, err := c.client.Claim(srp.Challenge{
		Scope: scope, Identity: c.param("USER_ID_FOR_SRP"), Salt: c.param("SALT"), B: c.param("SRP_B"), SecretBlock: c.param("SECRET_BLOCK"),
	}, password, at)
	if err != nil {
		t.Fatal(err)
	}
	responses := texts{
		"USERNAME":                    c.param("USERNAME"),
		"PASSWORD_CLAIM_SECRET_BLOCK": c.param("SECRET_BLOCK"),
		"PASSWORD_CLAIM_SIGNATURE":    signature,
		"TIMESTAMP":                   timestamp,
	}
	for _, e := range edit {
		e(responses)
	}
	return func() reply { return c.answer(p, responses) }
}

func srpSignIn(t testing.TB, p *challengetest.Pool, username, password string, at time.Time, edit ...func(texts)) reply {
	t.Helper()
	return srpAnswer(t, p, srpStart(t, p, username), password, at, edit...)()
}
