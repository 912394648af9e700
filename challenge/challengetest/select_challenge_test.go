package challengetest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

// choice starts USER_AUTH.
func choice(t testing.TB, p *challengetest.Pool, username string, params texts, edit ...func(object)) reply {
	t.Helper()
	params = maps.Clone(params)
	if params == nil {
		params = texts{}
	}
	params["USERNAME"] = username
	body := object{"AuthFlow": "USER_AUTH", "AuthParameters": params}
	for _, e := range edit {
		e(body)
	}
	return call(t, p, "InitiateAuth", body)
}

func prefer(name string) texts { return texts{"PREFERRED_CHALLENGE": name} }

// offers fails the test unless the reply is a challenge with these parameters
// and these choices.
func (r reply) offers(name string, choices []string, params ...string) reply {
	r.t.Helper()
	r.ok("AvailableChallenges", "ChallengeName", "ChallengeParameters", "Session")
	if r.body["ChallengeName"] != name {
		r.t.Fatalf("got %v, want %s", r.body["ChallengeName"], name)
	}
	var got []string
	for _, choice := range r.body["AvailableChallenges"].([]any) {
		got = append(got, choice.(string))
	}
	if diff := cmp.Diff(choices, got); diff != "" {
		r.t.Fatalf("choices (-want +got):\n%s", diff)
	}
	slices.Sort(params)
	if diff := cmp.Diff(params, slices.Sorted(maps.Keys(r.params())), emptyIsNil); diff != "" {
		r.t.Fatalf("parameters (-want +got):\n%s", diff)
	}
	return r
}

// continues fails the test unless the reply to an answer is a challenge with
// these parameters: unlike an output of InitiateAuth it has no choices.
func (r reply) continues(name string, params ...string) reply {
	r.t.Helper()
	r.ok("ChallengeName", "ChallengeParameters", "Session")
	slices.Sort(params)
	if diff := cmp.Diff(params, slices.Sorted(maps.Keys(r.params())), emptyIsNil); diff != "" || r.body["ChallengeName"] != name {
		r.t.Fatalf("got %v, want %s; parameters (-want +got):\n%s", r.body["ChallengeName"], name, diff)
	}
	return r
}

var (
	everyChoice   = []string{"PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"}
	passwordOnly  = []string{"PASSWORD_SRP", "PASSWORD"}
	delivery      = []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}
	bothAddresses = texts{"email": "a@example.com", "phone_number": "+15550100"}
)

func withBoth(u *challengetest.User) { u.Attributes = bothAddresses }

func TestSelectChallenge(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(withBoth)})
	start := func() reply { return choice(t, p, "alice", nil).offers("SELECT_CHALLENGE", everyChoice) }
	with := func(name string, more texts) texts {
		responses := texts{"USERNAME": "alice", "ANSWER": name}
		maps.Copy(responses, more)
		return responses
	}

	// What isn't on offer is refused, and the session is still good.
	asked := start()
	if len(p.Messages()) != 0 {
		t.Error("a message before the choice")
	}
	for _, bad := range []string{"WEB_AUTHN", "SMS_MFA", "SELECT_CHALLENGE", "password"} {
		asked.answer(p, with(bad, nil)).fails(invalidParameter, "Invalid challenge selected.")
	}
	asked.answer(p, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter ANSWER")
	asked.answer(p, texts{"USERNAME": "bob", "ANSWER": "PASSWORD"}).fails(notAuthorized, invalidSession)
	asked.answer(p, with("PASSWORD", texts{"PASSWORD": right})).tokens()
	asked.answer(p, with("PASSWORD", texts{"PASSWORD": right})).fails(notAuthorized, usedOnce)

	// A wrong password spends the session.
	asked = start()
	asked.answer(p, with("PASSWORD", texts{"PASSWORD": wrong})).fails(notAuthorized, badCredentials)
	asked.answer(p, with("PASSWORD", texts{"PASSWORD": right})).fails(notAuthorized, usedOnce)

	// A code, by both ways.
	for name, key := range map[string]string{"EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE"} {
		sent := start().answer(p, with(name, nil)).continues(name, delivery...)
		sent.answer(p, texts{"USERNAME": "alice", key: last(t, p).Code.Reveal()}).tokens()
	}

	// The password by itself, in a challenge of its own.
	bare := start().answer(p, with("PASSWORD", nil)).continues("PASSWORD")
	bare.answer(p, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter PASSWORD")
	bare.answer(p, texts{"USERNAME": "alice", "PASSWORD": right}).tokens()
	bare = start().answer(p, with("PASSWORD", nil)).continues("PASSWORD")
	bare.answer(p, texts{"USERNAME": "alice", "PASSWORD": wrong}).fails(notAuthorized, badCredentials)
	bare.answer(p, texts{"USERNAME": "alice", "PASSWORD": right}).fails(notAuthorized, usedOnce)

	// SRP, with SRP_A in the same answer and in a challenge of its own.
	for _, ownChallenge := range []bool{false, true} {
		for _, password := range []string{right, wrong} {
			client := srp.NewClient()
			asked := start()
			var verifier reply
			if ownChallenge {
				bare := asked.answer(p, with("PASSWORD_SRP", nil)).continues("PASSWORD_SRP")
				bare.answer(p, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter SRP_A")
				verifier = bare.answer(p, texts{"USERNAME": "alice", "SRP_A": client.A()})
				bare.answer(p, texts{"USERNAME": "alice", "SRP_A": client.A()}).fails(notAuthorized, usedOnce)
			} else {
				verifier = asked.answer(p, with("PASSWORD_SRP", texts{"SRP_A": client.A()}))
			}
			asked.answer(p, with("PASSWORD_SRP", nil)).fails(notAuthorized, usedOnce)
			verifier.continues("PASSWORD_VERIFIER", srpParams...)
			proof := srpAnswer(t, p, srpConversation{client, verifier}, password, time.Now())
			if password == right {
				proof().tokens()
			} else {
				proof().fails(notAuthorized, badCredentials)
			}
			proof().fails(notAuthorized, usedOnce)
		}
	}
}

func TestPreferredChallenge(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(withBoth)})

	choice(t, p, "alice", texts{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": right}).tokens()
	choice(t, p, "alice", texts{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": wrong}).fails(notAuthorized, badCredentials)
	choice(t, p, "alice", prefer("PASSWORD")).offers("PASSWORD", everyChoice).
		answer(p, texts{"USERNAME": "alice", "PASSWORD": right}).tokens()

	for _, password := range []string{right, wrong} {
		client := srp.NewClient()
		asked := choice(t, p, "alice", texts{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client.A()})
		asked.offers("PASSWORD_VERIFIER", everyChoice, srpParams...)
		proof := srpAnswer(t, p, srpConversation{client, asked}, password, time.Now())
		if password == right {
			// Here, unlike in USER_SRP_AUTH, there is a Session that has to be sent.
			asked.answer(p, texts{"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": asked.param("SECRET_BLOCK")},
				func(body object) { delete(body, "Session") }).fails(invalidParameter, "Missing required parameter Session")
			proof().tokens()
		} else {
			proof().fails(notAuthorized, badCredentials)
		}
		proof().fails(notAuthorized, usedOnce)
	}
	choice(t, p, "alice", prefer("PASSWORD_SRP")).offers("PASSWORD_SRP", everyChoice)

	for _, test := range []struct{ name, key, medium, destination string }{
		{"EMAIL_OTP", "EMAIL_OTP_CODE", "EMAIL", "a***@e***"},
		{"SMS_OTP", "SMS_OTP_CODE", "SMS", "+*******0100"},
	} {
		asked := choice(t, p, "alice", prefer(test.name)).offers(test.name, everyChoice, delivery...)
		if asked.param("CODE_DELIVERY_DELIVERY_MEDIUM") != test.medium || asked.param("CODE_DELIVERY_DESTINATION") != test.destination {
			t.Errorf("%s goes to %v", test.name, asked.params())
		}
		code := last(t, p).Code.Reveal()
		if len(code) != 8 || strings.Trim(code, "0123456789") != "" {
			t.Errorf("the code of %s is not eight digits", test.name)
		}
		for range 6 {
			asked.answer(p, texts{"USERNAME": "alice", test.key: "x"}).fails(codeMismatch, "Invalid code or auth state for the user.")
		}
		asked.answer(p, texts{"USERNAME": "alice", test.key: code}).tokens()
		asked.answer(p, texts{"USERNAME": "alice", test.key: code}).fails(notAuthorized, usedOnce)
	}

	// What she can't use leads to the selection, what nobody can is an error.
	choice(t, p, "alice", prefer("WEB_AUTHN")).offers("SELECT_CHALLENGE", everyChoice)
	for _, bad := range []string{"SMS_MFA", "SELECT_CHALLENGE", "email_otp"} {
		choice(t, p, "alice", prefer(bad)).fails(invalidParameter, "Invalid PREFERRED_CHALLENGE.")
	}
	choice(t, p, "bob", nil).fails("UserNotFoundException", "User does not exist.")
	choice(t, p, "", nil).fails(invalidParameter, "Missing required parameter USERNAME")

	r := call(t, p, "AdminInitiateAuth", object{"AuthFlow": "USER_AUTH", "AuthParameters": texts{"USERNAME": "alice"}})
	r.offers("SELECT_CHALLENGE", everyChoice)
	r.answerBy(p, "AdminRespondToAuthChallenge", texts{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": right}).tokens()
}

func TestAvailableChallenges(t *testing.T) {
	edit := func(e func(*challengetest.User)) []challengetest.User { return alice(withBoth, e) }
	for _, test := range []struct {
		name   string
		config challengetest.Config
		want   []string // nil: there is nothing
	}{
		{"all", challengetest.Config{Users: alice(withBoth)}, everyChoice},
		{"no addresses", challengetest.Config{Users: alice()}, passwordOnly},
		{"no password", challengetest.Config{Users: edit(func(u *challengetest.User) { u.Password = challenge.Secret{} })}, []string{"EMAIL_OTP", "SMS_OTP"}},
		{"in the pool's order", challengetest.Config{
			FirstFactors: []types.AuthFactorType{"SMS_OTP", "PASSWORD"}, Users: alice(withBoth),
		}, []string{"SMS_OTP", "PASSWORD_SRP", "PASSWORD"}},
		{"one", challengetest.Config{FirstFactors: []types.AuthFactorType{"EMAIL_OTP"}, Users: alice(withBoth)}, []string{"EMAIL_OTP"}},
		{"temporary password", challengetest.Config{Users: edit(func(u *challengetest.User) { u.Temporary = true })}, passwordOnly},
		{"active second factor", challengetest.Config{Users: edit(func(u *challengetest.User) { u.MFA = []types.ChallengeNameType{sms} })}, passwordOnly},
		{"second factors are off", challengetest.Config{
			MFA: types.UserPoolMfaTypeOff, Users: edit(func(u *challengetest.User) { u.MFA = []types.ChallengeNameType{sms} }),
		}, everyChoice},
		{"second factor required", challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: alice(withBoth)}, passwordOnly},
		{"nothing", challengetest.Config{FirstFactors: []types.AuthFactorType{"SMS_OTP"}, Users: alice()}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, test.config)
			r := choice(t, p, "alice", nil)
			if test.want == nil {
				r.fails(notAuthorized, "No authentication factor is available to the user.")
				return
			}
			r.offers("SELECT_CHALLENGE", test.want)
			for _, name := range []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"} {
				want := "SELECT_CHALLENGE"
				if slices.Contains(test.want, name) {
					want = name
				}
				if got := choice(t, p, "alice", prefer(name)).body["ChallengeName"]; got != want {
					t.Errorf("preferring %s leads to %v, want %s", name, got, want)
				}
				answered := r.answer(p, texts{"USERNAME": "alice", "ANSWER": name})
				if want == name {
					answered.ok("ChallengeName", "ChallengeParameters", "Session")
					r = choice(t, p, "alice", nil)
				} else {
					answered.fails(invalidParameter, "Invalid challenge selected.")
				}
			}
		})
	}
}

// TestWhatFollowsTheChoice: the password is followed by what is due, a code is
// the whole sign-in.
func TestWhatFollowsTheChoice(t *testing.T) {
	withPassword := texts{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": right}

	p := newPool(t, challengetest.Config{Users: alice(withBoth, func(u *challengetest.User) { u.MFA = []types.ChallengeNameType{email} })})
	asked := choice(t, p, "alice", withPassword)
	asked.asks("EMAIL_OTP", append([]string{"USER_ID_FOR_SRP"}, delivery...)...)
	if n := len(last(t, p).Code.Reveal()); n != 6 {
		t.Errorf("the code of the second factor has %d digits", n)
	}
	asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()

	p = newPool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: alice(withBoth)})
	choice(t, p, "alice", withPassword).asks("MFA_SETUP", "MFAS_CAN_SETUP", "USER_ID_FOR_SRP")
	selected := choice(t, p, "alice", nil)
	selected.answer(p, texts{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": right}).continues("MFA_SETUP", "MFAS_CAN_SETUP")

	p = newPool(t, challengetest.Config{Users: alice(withBoth, func(u *challengetest.User) { u.Temporary = true })})
	choice(t, p, "alice", withPassword).asks("NEW_PASSWORD_REQUIRED", "USER_ID_FOR_SRP", "requiredAttributes", "userAttributes")
}

// TestCodeVerifiesTheAddress: who has typed the code of a message got it.
func TestCodeVerifiesTheAddress(t *testing.T) {
	p := newPool(t, challengetest.Config{
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		Users: append(alice(withBoth), challengetest.User{
			Username: "bob", Attributes: texts{"email": "bob@example.com", "email_verified": "true"},
		}, challengetest.User{
			Username: "eve", Attributes: texts{"email": "bob@example.com"},
		}),
	})
	asked := choice(t, p, "alice", prefer("EMAIL_OTP"))
	result := asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).tokens()
	if id := claims(t, p, result["IdToken"]); id["email_verified"] != true || id["phone_number_verified"] != nil {
		t.Errorf("claims %v", id)
	}
	choice(t, p, "a@example.com", nil).offers("SELECT_CHALLENGE", everyChoice) // an alias now

	asked = choice(t, p, "eve", prefer("EMAIL_OTP"))
	asked.answer(p, texts{"USERNAME": "eve", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).
		fails("AliasExistsException", "An account with the email already exists.")
}

// TestHiddenUsers: whoever is not there looks as if, and nothing they answer
// is right.
func TestHiddenUsers(t *testing.T) {
	hides := []challengetest.AppClient{{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled}}
	p := newPool(t, challengetest.Config{Clients: hides, Users: alice(withBoth)})
	choice(t, p, "bob", nil).offers("SELECT_CHALLENGE", everyChoice)
	choice(t, p, "bob", prefer("WEB_AUTHN")).offers("SELECT_CHALLENGE", everyChoice)
	choice(t, p, "bob", texts{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": right}).fails(notAuthorized, badCredentials)

	for name, key := range map[string]string{"EMAIL_OTP": "EMAIL_OTP_CODE", "SMS_OTP": "SMS_OTP_CODE"} {
		asked := choice(t, p, "bob", prefer(name)).offers(name, everyChoice, delivery...)
		real := choice(t, p, "alice", prefer(name))
		if got, want := len(asked.param("CODE_DELIVERY_DESTINATION")), len(real.param("CODE_DELIVERY_DESTINATION")); got != want {
			t.Errorf("%s tells the unknown user by its destination", name)
		}
		again := choice(t, p, "bob", prefer(name))
		if diff := cmp.Diff(asked.params(), again.params()); diff != "" {
			t.Errorf("another destination the next time:\n%s", diff)
		}
		for _, code := range []string{"12345678", last(t, p).Code.Reveal()} {
			asked.answer(p, texts{"USERNAME": "bob", key: code}).fails(codeMismatch, "Invalid code or auth state for the user.")
		}
		selected := choice(t, p, "bob", nil).answer(p, texts{"USERNAME": "bob", "ANSWER": name})
		if diff := cmp.Diff(asked.params(), selected.params()); diff != "" {
			t.Errorf("another destination when selected:\n%s", diff)
		}
	}
	for _, m := range p.Messages() {
		if m.Username != "alice" {
			t.Errorf("a message to %s", m.Username)
		}
	}
	for typed, want := range map[string]texts{
		"carol@example.org": {"EMAIL_OTP": "c***@e***"}, "+15550199": {"SMS_OTP": "+*******0199"},
	} {
		for name, destination := range want {
			if got := choice(t, p, typed, prefer(name)).param("CODE_DELIVERY_DESTINATION"); got != destination {
				t.Errorf("%s of %s goes to %s", name, typed, got)
			}
		}
	}

	client := srp.NewClient()
	asked := choice(t, p, "bob", texts{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client.A()})
	asked.offers("PASSWORD_VERIFIER", everyChoice, srpParams...)
	srpAnswer(t, p, srpConversation{client, asked}, right, time.Now())().fails(notAuthorized, badCredentials)

	// Where nobody can do without a second factor, they can't either.
	p = newPool(t, challengetest.Config{Clients: hides, MFA: types.UserPoolMfaTypeOn})
	choice(t, p, "bob", nil).offers("SELECT_CHALLENGE", passwordOnly)
}

func TestSelectionExpires(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(withBoth), Now: now.now})
	asked := choice(t, p, "alice", nil)
	now.advance(challengetest.DefaultAuthSessionValidity - time.Second)
	sent := asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "EMAIL_OTP"})
	now.advance(challengetest.DefaultAuthSessionValidity - time.Second)
	code := texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}
	now.advance(time.Second)
	sent.answer(p, code).fails(notAuthorized, expired)
}

// TestOneSelectionWins: a SELECT_CHALLENGE that begins SRP, which is computed
// with the pool unlocked, is still answered once.
func TestOneSelectionWins(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(withBoth)})
	asked := choice(t, p, "alice", nil)
	var won atomic.Int32
	done := make(chan struct{})
	for range 20 {
		go func() {
			defer func() { done <- struct{}{} }()
			if asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "PASSWORD_SRP", "SRP_A": "2"}).status == 200 {
				won.Add(1)
			}
		}()
	}
	for range 20 {
		<-done
	}
	if won.Load() != 1 {
		t.Errorf("%d answers won with one session", won.Load())
	}
}

func TestSignUpSession(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{
		Clients: []challengetest.AppClient{{ID: "client", AuthFlows: allFlows}, {ID: "other", AuthFlows: allFlows}},
		Users: append(alice(withBoth),
			challengetest.User{Username: "bob"},
			challengetest.User{Username: "carol"},
			challengetest.User{Username: "dave", Password: challenge.NewSecret(right)},
			challengetest.User{Username: "temp", Temporary: true},
			challengetest.User{Username: "erin", Password: challenge.NewSecret(right), Status: "UNCONFIRMED"},
		),
		Now: now.now,
	})
	session := func(username string) string {
		t.Helper()
		s, err := p.SignUpSession("client", username)
		if err != nil {
			t.Fatal(err)
		}
		return s.Reveal()
	}
	with := func(session string) func(object) { return func(body object) { body["Session"] = session } }

	s := session("bob")
	choice(t, p, "alice", nil, with(s)).fails(notAuthorized, invalidSession)
	choice(t, p, "bob", nil, with(s), func(body object) { body["ClientId"] = "other" }).fails(notAuthorized, invalidSession)
	choice(t, p, "bob", nil, with(s[1:])).fails(notAuthorized, invalidSession)
	call(t, p, "RespondToAuthChallenge", object{
		"ChallengeName": "SELECT_CHALLENGE", "Session": s, "ChallengeResponses": texts{"USERNAME": "bob", "ANSWER": "PASSWORD"},
	}).fails(notAuthorized, invalidSession)
	choice(t, p, "bob", nil, with(s)).tokens()
	choice(t, p, "bob", nil, with(s)).fails(notAuthorized, usedOnce)
	choice(t, p, "bob", nil, with(session("bob"))).fails(notAuthorized, invalidSession) // not the first sign-in

	// Nor is it after another way of signing in.
	s = session("dave")
	signIn(t, p, "dave", right).tokens()
	choice(t, p, "dave", nil, with(s)).fails(notAuthorized, invalidSession)

	s = session("carol")
	now.advance(challengetest.DefaultAuthSessionValidity)
	choice(t, p, "carol", nil, with(s)).fails(notAuthorized, expired)

	// Whoever has the session has confirmed the sign-up, and is not asked to.
	signIn(t, p, "erin", right).fails("UserNotConfirmedException", "User is not confirmed.")
	s = session("erin")
	choice(t, p, "erin", nil, with(s)).tokens()
	signIn(t, p, "erin", right).tokens()

	// No session of a challenge takes its place.
	choice(t, p, "alice", nil, with(choice(t, p, "alice", nil).session())).fails(notAuthorized, invalidSession)

	// Both operations take it, and a second factor that is due is asked for.
	call(t, p, "AdminInitiateAuth", object{
		"AuthFlow": "USER_AUTH", "AuthParameters": texts{"USERNAME": "alice"}, "Session": session("alice"),
	}).tokens()
	strict := newPool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: alice()})
	first, err := strict.SignUpSession("client", "alice")
	if err != nil {
		t.Fatal(err)
	}
	choice(t, strict, "alice", nil, with(first.Reveal())).asks("MFA_SETUP", "MFAS_CAN_SETUP", "USER_ID_FOR_SRP")

	for _, test := range []struct{ client, username, want string }{
		{"no", "bob", `challengetest: no app client "no"`},
		{"client", "nobody", `challengetest: no user "nobody"`},
		{"client", "temp", "challengetest: a user with a temporary password didn't sign up"},
	} {
		if _, err := p.SignUpSession(test.client, test.username); fmt.Sprint(err) != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

func TestNewPoolRefusesFirstFactors(t *testing.T) {
	_, err := challengetest.NewPool(challengetest.Config{
		FirstFactors: []types.AuthFactorType{"PASSWORD", "PASSWORD_SRP"},
		WebAuthn: types.WebAuthnConfigurationType{
			RelyingPartyId:      aws.String("https://example.com"),
			UserVerification:    "discouraged",
			FactorConfiguration: types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification,
		},
	})
	want := `challengetest: web_authn.relying_party_id: expected a domain, got "https://example.com"
challengetest: web_authn.user_verification: expected required or preferred, got "discouraged"
challengetest: web_authn.factor_configuration: expected SINGLE_FACTOR, got "MULTI_FACTOR_WITH_USER_VERIFICATION"
challengetest: first_factors[1]: expected PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN, got "PASSWORD_SRP"`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = challengetest.NewPool(challengetest.Config{FirstFactors: []types.AuthFactorType{}})
	if fmt.Sprint(err) != "challengetest: first_factors: expected at least one" {
		t.Errorf("got %v", err)
	}
}
