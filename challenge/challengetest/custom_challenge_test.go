package challengetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

// riddle are triggers that ask for "42" three times at the most.
func riddle() challengetest.Triggers {
	return challengetest.Triggers{
		DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
			wrong := 0
			for i, answered := range r.Session {
				switch last := i == len(r.Session)-1; {
				case answered.ChallengeName == "SRP_A" && last:
					return challengetest.DefineAuthChallengeResponse{ChallengeName: "PASSWORD_VERIFIER"}, nil
				case answered.ChallengeMetadata == "RIDDLE" && answered.ChallengeResult:
					return challengetest.DefineAuthChallengeResponse{IssueTokens: true}, nil
				case answered.ChallengeMetadata == "RIDDLE":
					wrong++
				}
			}
			if wrong == 3 {
				return challengetest.DefineAuthChallengeResponse{FailAuthentication: true}, nil
			}
			return challengetest.DefineAuthChallengeResponse{ChallengeName: "CUSTOM_CHALLENGE"}, nil
		},
		CreateAuthChallenge: func(challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
			return challengetest.CreateAuthChallengeResponse{
				PublicChallengeParameters:  texts{"question": "6 x 7?"},
				PrivateChallengeParameters: challenge.NewParams(texts{"answer": "42"}),
				ChallengeMetadata:          "RIDDLE",
			}, nil
		},
		VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
			right := r.ChallengeAnswer.Reveal() == r.PrivateChallengeParameters.Get("answer")
			return challengetest.VerifyAuthChallengeResponseResponse{AnswerCorrect: right}, nil
		},
	}
}

func customStart(t testing.TB, p *challengetest.Pool, params texts, edit ...func(object)) reply {
	t.Helper()
	body := object{"AuthFlow": "CUSTOM_AUTH", "AuthParameters": params}
	for _, e := range edit {
		e(body)
	}
	return call(t, p, "InitiateAuth", body)
}

func TestCustom(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(), Triggers: riddle()})
	for _, operation := range []string{"RespondToAuthChallenge", "AdminRespondToAuthChallenge"} {
		asked := customStart(t, p, texts{"USERNAME": "alice"}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
		if asked.param("USERNAME") != "alice" || asked.param("question") != "6 x 7?" {
			t.Errorf("got %v", asked.params())
		}
		answer := texts{"USERNAME": "alice", "ANSWER": "42"}
		asked.answerBy(p, operation, texts{"USERNAME": "alice"}).fails(invalidParameter, "Missing required parameter ANSWER")

		// A wrong answer is no error: the same again in a new session.
		again := asked.answerBy(p, operation, texts{"USERNAME": "alice", "ANSWER": "43"}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
		if again.session() == asked.session() {
			t.Error("the session is the same")
		}
		asked.answerBy(p, operation, answer).fails(notAuthorized, usedOnce)
		again.answerBy(p, operation, answer).tokens()
		again.answerBy(p, operation, answer).fails(notAuthorized, usedOnce)

		// The trigger gives up at the third.
		asked = customStart(t, p, texts{"USERNAME": "alice", "CHALLENGE_NAME": "CUSTOM_CHALLENGE"})
		for range 2 {
			asked = asked.answerBy(p, operation, texts{"USERNAME": "alice", "ANSWER": "43"})
		}
		asked.answerBy(p, operation, texts{"USERNAME": "alice", "ANSWER": "43"}).fails(notAuthorized, badCredentials)
		asked.answerBy(p, operation, answer).fails(notAuthorized, invalidSession)
	}
	customStart(t, p, texts{}).fails(invalidParameter, "Missing required parameter USERNAME")
	customStart(t, p, texts{"USERNAME": "bob"}).fails("UserNotFoundException", "User does not exist.")
	customStart(t, p, texts{"USERNAME": "alice", "CHALLENGE_NAME": "SRP"}).fails(invalidParameter, "Invalid CHALLENGE_NAME.")
}

// customSRP starts CUSTOM_AUTH with SRP_A.
func customSRP(t testing.TB, p *challengetest.Pool, username string) srpConversation {
	t.Helper()
	c := srp.NewClient()
	return srpConversation{c, customStart(t, p, texts{"USERNAME": username, "CHALLENGE_NAME": "SRP_A", "SRP_A": c.A()})}
}

func TestCustomWithSRP(t *testing.T) {
	now := newClock()
	p := newPool(t, challengetest.Config{Users: alice(), Triggers: riddle(), Now: now.now})
	asked := customSRP(t, p, "alice")
	asked.ok("ChallengeName", "ChallengeParameters", "Session")
	if diff := cmp.Diff(slices.Sorted(slices.Values(srpParams)), slices.Sorted(maps.Keys(asked.params()))); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
	custom := srpAnswer(t, p, asked, right, now.t)().asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	custom.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).tokens()
	srpAnswer(t, p, asked, right, now.t)().fails(notAuthorized, usedOnce)

	asked = customSRP(t, p, "alice")
	srpAnswer(t, p, asked, wrong, now.t)().fails(notAuthorized, badCredentials)
	srpAnswer(t, p, asked, right, now.t)().fails(notAuthorized, usedOnce)

	// Here the Session is not optional.
	asked = customSRP(t, p, "alice")
	delete(asked.body, "Session")
	srpAnswer(t, p, asked, right, now.t)().fails(invalidParameter, "Missing required parameter Session")

	customStart(t, p, texts{"USERNAME": "alice", "CHALLENGE_NAME": "SRP_A"}).fails(invalidParameter, "Missing required parameter SRP_A")
}

func TestCustomWithTemporaryPassword(t *testing.T) {
	now := newClock()
	users := alice(func(u *challengetest.User) { u.Temporary = true })
	p := newPool(t, challengetest.Config{Users: users, Triggers: riddle(), Now: now.now})
	asked := srpAnswer(t, p, customSRP(t, p, "alice"), right, now.t)().asks("NEW_PASSWORD_REQUIRED", "requiredAttributes", "userAttributes")
	asked = asked.answer(p, texts{"USERNAME": "alice", "NEW_PASSWORD": "N3w-password"}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).tokens()
	signIn(t, p, "alice", "N3w-password").tokens()
}

// TestCustomEvents is what the triggers are told, in order.
func TestCustomEvents(t *testing.T) {
	now := newClock()
	var got []any
	triggers := riddle()
	define, create, verify := triggers.DefineAuthChallenge, triggers.CreateAuthChallenge, triggers.VerifyAuthChallengeResponse
	triggers.PreAuthentication = func(r challengetest.PreAuthenticationRequest) error {
		got = append(got, r)
		return nil
	}
	triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		got = append(got, r)
		return define(r)
	}
	triggers.CreateAuthChallenge = func(r challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
		got = append(got, r)
		return create(r)
	}
	triggers.VerifyAuthChallengeResponse = func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
		got = append(got, r)
		return verify(r)
	}
	p := newPool(t, challengetest.Config{
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		Users: alice(func(u *challengetest.User) {
			u.Sub = "5478e488-a0b1-70ee-1111-222233334444"
			u.Attributes = texts{"email": "a@example.com", "email_verified": "true"}
		}),
		Triggers: triggers, Now: now.now,
	})
	with := func(step string) func(object) {
		return func(body object) { body["ClientMetadata"] = texts{"step": step} }
	}
	c := srp.NewClient()
	started := customStart(t, p, texts{"USERNAME": "a@example.com", "CHALLENGE_NAME": "SRP_A", "SRP_A": c.A()}, with("start"))
	custom := srpAnswer(t, p, srpConversation{c, started}, right, now.t)()
	custom = custom.answer(p, texts{"USERNAME": "alice", "ANSWER": "41"}, with("first"))
	custom.answer(p, texts{"USERNAME": "a@example.com", "ANSWER": "42"}, with("second")).tokens()

	user := challengetest.TriggerUser{UserName: "alice", ClientID: "client", UserAttributes: texts{
		"sub": "5478e488-a0b1-70ee-1111-222233334444", "email": "a@example.com", "email_verified": "true", "cognito:user_status": "CONFIRMED",
	}}
	private := challenge.NewParams(texts{"answer": "42"})
	session := []challengetest.ChallengeResult{
		{ChallengeName: "SRP_A", ChallengeResult: true},
		{ChallengeName: "PASSWORD_VERIFIER", ChallengeResult: true},
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeMetadata: "RIDDLE"},
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeResult: true, ChallengeMetadata: "RIDDLE"},
	}
	// InitiateAuth's ClientMetadata reaches no trigger of the challenge.
	want := []any{
		challengetest.PreAuthenticationRequest{TriggerUser: user, ValidationData: texts{"step": "start"}},
		challengetest.DefineAuthChallengeRequest{TriggerUser: user, Session: session[:1]},
		challengetest.DefineAuthChallengeRequest{TriggerUser: user, Session: session[:2]},
		challengetest.CreateAuthChallengeRequest{TriggerUser: user, ChallengeName: "CUSTOM_CHALLENGE", Session: session[:2]},
		challengetest.VerifyAuthChallengeResponseRequest{
			TriggerUser: user, PrivateChallengeParameters: private, ChallengeAnswer: challenge.NewSecret("41"), ClientMetadata: texts{"step": "first"},
		},
		challengetest.DefineAuthChallengeRequest{TriggerUser: user, Session: session[:3], ClientMetadata: texts{"step": "first"}},
		challengetest.CreateAuthChallengeRequest{TriggerUser: user, ChallengeName: "CUSTOM_CHALLENGE", Session: session[:3], ClientMetadata: texts{"step": "first"}},
		challengetest.VerifyAuthChallengeResponseRequest{
			TriggerUser: user, PrivateChallengeParameters: private, ChallengeAnswer: challenge.NewSecret("42"), ClientMetadata: texts{"step": "second"},
		},
		challengetest.DefineAuthChallengeRequest{TriggerUser: user, Session: session, ClientMetadata: texts{"step": "second"}},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(challenge.Secret.Equal)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// decide returns triggers of which Define is this.
func decide(define func(challengetest.DefineAuthChallengeRequest) challengetest.DefineAuthChallengeResponse) challengetest.Triggers {
	triggers := riddle()
	triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		return define(r), nil
	}
	return triggers
}

// inOrder returns a Define that asks the names one after another, and then
// issues tokens.
func inOrder(names ...types.ChallengeNameType) func(challengetest.DefineAuthChallengeRequest) challengetest.DefineAuthChallengeResponse {
	return func(r challengetest.DefineAuthChallengeRequest) challengetest.DefineAuthChallengeResponse {
		if n := len(r.Session); n < len(names) {
			return challengetest.DefineAuthChallengeResponse{ChallengeName: names[n]}
		}
		return challengetest.DefineAuthChallengeResponse{IssueTokens: true}
	}
}

func TestCustomChain(t *testing.T) {
	users := alice(func(u *challengetest.User) {
		u.Attributes = texts{"phone_number": "+15550100", "email": "a@example.com"}
		u.MFA = []types.ChallengeNameType{sms, email, token}
	})
	p := newPool(t, challengetest.Config{
		MFA: types.UserPoolMfaTypeOn, Users: users, Triggers: decide(inOrder("CUSTOM_CHALLENGE", sms, email, token, "SELECT_MFA_TYPE")),
	})
	asked := customStart(t, p, texts{"USERNAME": "alice"})
	delivery := []string{"CODE_DELIVERY_DELIVERY_MEDIUM", "CODE_DELIVERY_DESTINATION"}
	asked = asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).asks("SMS_MFA", delivery...)
	asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": "x"}).fails(codeMismatch, "Invalid code or auth state for the user.")
	asked = asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).asks("EMAIL_OTP", delivery...)
	asked = asked.answer(p, texts{"USERNAME": "alice", "EMAIL_OTP_CODE": last(t, p).Code.Reveal()}).asks("SOFTWARE_TOKEN_MFA")
	code, err := p.TOTPCode("alice")
	if err != nil {
		t.Fatal(err)
	}
	asked = asked.answer(p, texts{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code.Reveal()}).asks("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE")
	asked = asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "SMS_MFA"}).asks("SMS_MFA", delivery...)
	asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": last(t, p).Code.Reveal()}).tokens()

	// The pool's own order counts for nothing: no second factor if Define asks none.
	p = newPool(t, challengetest.Config{MFA: types.UserPoolMfaTypeOn, Users: users, Triggers: decide(inOrder())})
	customStart(t, p, texts{"USERNAME": "alice"}).tokens()
}

func TestCustomRefuses(t *testing.T) {
	const (
		lambda   = "InvalidLambdaResponseException"
		noMethod = "MFAMethodNotFoundException"
		cannot   = "The user can't answer the challenge that was defined."
	)
	for _, test := range []struct {
		name       string
		define     types.ChallengeNameType
		code, text string
	}{
		{"nothing", "", lambda, "Unrecognizable lambda output"},
		{"unknown", "RIDDLE", lambda, "Unrecognizable lambda output"},
		{"the pool's own", "NEW_PASSWORD_REQUIRED", lambda, "Unrecognizable lambda output"},
		{"a device", "DEVICE_SRP_AUTH", lambda, "Unrecognizable lambda output"},
		{"PASSWORD_VERIFIER without SRP_A", "PASSWORD_VERIFIER", noMethod, cannot},
		{"SMS_MFA without a number", sms, noMethod, cannot},
		{"EMAIL_OTP without an address", email, noMethod, cannot},
		{"SOFTWARE_TOKEN_MFA without a token", token, noMethod, cannot},
		{"SELECT_MFA_TYPE without factors", "SELECT_MFA_TYPE", noMethod, cannot},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPool(t, challengetest.Config{Users: alice(), Triggers: decide(inOrder(test.define))})
			customStart(t, p, texts{"USERNAME": "alice"}).fails(test.code, test.text)

			// As the answer to an answer, it is the end of the session.
			p = newPool(t, challengetest.Config{Users: alice(), Triggers: decide(inOrder("CUSTOM_CHALLENGE", test.define))})
			asked := customStart(t, p, texts{"USERNAME": "alice"})
			asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).fails(test.code, test.text)
			asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).fails(notAuthorized, invalidSession)
		})
	}

	t.Run("no triggers", func(t *testing.T) {
		const text = "Custom auth lambda trigger is not configured for the user pool."
		p := newPool(t, challengetest.Config{Users: alice()})
		customStart(t, p, texts{"USERNAME": "alice"}).fails(invalidParameter, text)
		p = newPool(t, challengetest.Config{Users: alice(), Triggers: challengetest.Triggers{DefineAuthChallenge: riddle().DefineAuthChallenge}})
		customStart(t, p, texts{"USERNAME": "alice"}).fails(invalidParameter, text)
	})
	t.Run("not enabled", func(t *testing.T) {
		p := newPool(t, challengetest.Config{Users: alice(), Triggers: riddle(), Clients: []challengetest.AppClient{
			{ID: "client", AuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"}}, {ID: "legacy", AuthFlows: []types.ExplicitAuthFlowsType{"CUSTOM_AUTH_FLOW_ONLY"}},
		}})
		customStart(t, p, texts{"USERNAME": "alice"}).fails(invalidParameter, "CUSTOM_AUTH is not enabled for the client.")
		customStart(t, p, texts{"USERNAME": "alice"}, func(body object) { body["ClientId"] = "legacy" }).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	})
}

func TestTriggersThatFail(t *testing.T) {
	for _, test := range []struct {
		err        error
		code, text string // after the trigger's name
	}{
		{errors.New("it is down"), "UserLambdaValidationException", " failed with error it is down."},
		{&types.UnexpectedLambdaException{Message: aws.String("AccessDeniedException")}, "UnexpectedLambdaException", " invocation failed due to error AccessDeniedException."},
		{fmt.Errorf("wrapped: %w", &types.UnexpectedLambdaException{}), "UnexpectedLambdaException", " invocation failed due to error ."},
		{&types.InvalidLambdaResponseException{Message: aws.String("x")}, "InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON"},
	} {
		t.Run(test.code, func(t *testing.T) { triggersThatFail(t, test.err, test.code, test.text) })
	}
}

func triggersThatFail(t *testing.T, down error, code, text string) {
	told := func(name string) string {
		if code == "InvalidLambdaResponseException" {
			return text
		}
		return name + text
	}

	// At the start nothing is left; later the session is dead.
	fails := func(name string, triggers challengetest.Triggers, later bool) {
		t.Helper()
		p := newPool(t, challengetest.Config{Users: alice(), Triggers: triggers})
		r := customStart(t, p, texts{"USERNAME": "alice"})
		if !later {
			r.fails(code, told(name))
			return
		}
		r.answer(p, texts{"USERNAME": "alice", "ANSWER": "41"}).fails(code, told(name))
		r.answer(p, texts{"USERNAME": "alice", "ANSWER": "41"}).fails(notAuthorized, invalidSession)
	}
	for _, later := range []bool{false, true} {
		triggers := riddle()
		define, create := triggers.DefineAuthChallenge, triggers.CreateAuthChallenge
		triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
			if later && len(r.Session) == 0 {
				return define(r)
			}
			return challengetest.DefineAuthChallengeResponse{IssueTokens: true}, down
		}
		fails("DefineAuthChallenge", triggers, later)
		triggers = riddle()
		triggers.CreateAuthChallenge = func(r challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
			if later && len(r.Session) == 0 {
				return create(r)
			}
			return challengetest.CreateAuthChallengeResponse{}, down
		}
		fails("CreateAuthChallenge", triggers, later)
	}
	triggers := riddle()
	triggers.VerifyAuthChallengeResponse = func(challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
		return challengetest.VerifyAuthChallengeResponseResponse{AnswerCorrect: true}, down
	}
	fails("VerifyAuthChallengeResponse", triggers, true)

	// PreAuthentication denies every flow, whether or not the password is right.
	p := newPool(t, challengetest.Config{Users: alice(), Triggers: challengetest.Triggers{
		PreAuthentication: func(challengetest.PreAuthenticationRequest) error { return down },
	}})
	denied := told("PreAuthentication")
	signIn(t, p, "alice", right).fails(code, denied)
	signIn(t, p, "alice", wrong).fails(code, denied)
	srpStart(t, p, "alice").fails(code, denied)
	signIn(t, p, "bob", right).fails("UserNotFoundException", "User does not exist.")
}

// TestCustomHidesUsers goes the whole way with somebody who is not there.
func TestCustomHidesUsers(t *testing.T) {
	now := newClock()
	var told []challengetest.TriggerUser
	triggers := riddle()
	define := triggers.DefineAuthChallenge
	triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		told = append(told, r.TriggerUser)
		return define(r)
	}
	clients := []challengetest.AppClient{{ID: "client", AuthFlows: allFlows, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled}}
	p := newPool(t, challengetest.Config{Clients: clients, Triggers: triggers, Now: now.now})
	asked := customStart(t, p, texts{"USERNAME": "bob"}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	asked = asked.answer(p, texts{"USERNAME": "bob", "ANSWER": "41", "DEVICE_KEY": "x"}).asks("CUSTOM_CHALLENGE", "USERNAME", "question")
	if asked.param("USERNAME") != "bob" {
		t.Errorf("got %v", asked.params())
	}
	asked.answer(p, texts{"USERNAME": "bob", "ANSWER": "42"}).fails(notAuthorized, badCredentials)
	asked.answer(p, texts{"USERNAME": "bob", "ANSWER": "42"}).fails(notAuthorized, invalidSession)
	want := challengetest.TriggerUser{UserName: "bob", ClientID: "client", UserNotFound: true}
	for _, got := range told {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	srpAnswer(t, p, customSRP(t, p, "bob"), right, now.t)().fails(notAuthorized, badCredentials)

	// A second factor can't be asked of nobody.
	p = newPool(t, challengetest.Config{Clients: clients, Triggers: decide(inOrder(sms))})
	customStart(t, p, texts{"USERNAME": "bob"}).fails(notAuthorized, badCredentials)
}

// TestTriggersMayUseThePool would end in a deadlock if a trigger were called
// with the pool locked. A second answer that comes meanwhile is too late.
func TestTriggersMayUseThePool(t *testing.T) {
	var p *challengetest.Pool
	var asked reply
	answer := texts{"USERNAME": "alice", "ANSWER": "42"}
	triggers := riddle()
	verify := triggers.VerifyAuthChallengeResponse
	triggers.VerifyAuthChallengeResponse = func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
		asked.answer(p, answer).fails(notAuthorized, usedOnce)
		return verify(r)
	}
	p = newPool(t, challengetest.Config{Users: alice(), Triggers: triggers})
	asked = customStart(t, p, texts{"USERNAME": "alice"})
	asked.answer(p, answer).tokens()
}

// TestTriggersGetCopies lets a trigger do to its event what it likes.
func TestTriggersGetCopies(t *testing.T) {
	triggers := riddle()
	define := triggers.DefineAuthChallenge
	triggers.DefineAuthChallenge = func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		response, err := define(r)
		clear(r.UserAttributes)
		clear(r.Session)
		return response, err
	}
	p := newPool(t, challengetest.Config{Triggers: triggers, Users: alice(func(u *challengetest.User) {
		u.Attributes = texts{"name": "Alice"}
	})})
	asked := customStart(t, p, texts{"USERNAME": "alice"})
	for range 2 {
		asked = asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "43"})
	}
	asked.answer(p, texts{"USERNAME": "alice", "ANSWER": "43"}).fails(notAuthorized, badCredentials)
	result := customStart(t, p, texts{"USERNAME": "alice"}).answer(p, texts{"USERNAME": "alice", "ANSWER": "42"}).tokens()
	attributes := user(t, p, result).ok("UserAttributes", "Username").body["UserAttributes"].([]any)
	if len(attributes) != 2 { // sub and name
		t.Errorf("attributes %v", attributes)
	}
}

// newClient returns a client of package challenge for the pool.
func newClient(t testing.TB, p *challengetest.Pool, edit ...func(*challenge.Config)) *challenge.Client {
	t.Helper()
	config := challenge.Config{UserPoolID: p.UserPoolID(), ClientID: "client", Transport: challenge.Public(p.Client())}
	for _, e := range edit {
		e(&config)
	}
	client, err := challenge.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func wrongAnswer(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
	c.(*challenge.CustomChallenge).Answer = challenge.NewSecret("43")
	return nil
}

func TestThroughTheClientCustom(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(), Triggers: riddle()})
	for name, password := range map[string]challenge.Secret{"without a password": {}, "with a password": challenge.NewSecret(right)} {
		for transport, edit := range map[string]func(*challenge.Config){
			"public": func(*challenge.Config) {},
			"admin":  func(c *challenge.Config) { c.Transport = challenge.Admin(p.Client()) },
		} {
			t.Run(name+", "+transport, func(t *testing.T) {
				client := newClient(t, p, edit)
				step, err := client.Start(t.Context(), challenge.Custom{Username: "alice", Password: password})
				if err != nil {
					t.Fatal(err)
				}
				for _, answer := range []string{"43", "42"} {
					custom, ok := step.(*challenge.CustomChallenge)
					if !ok || custom.Parameters.Get("question") != "6 x 7?" || custom.Username != "alice" {
						t.Fatalf("got %T", step)
					}
					custom.Answer = challenge.NewSecret(answer)
					if step, err = client.Respond(t.Context(), custom); err != nil {
						t.Fatal(err)
					}
				}
				if _, ok := step.(*challenge.Tokens); !ok {
					t.Fatalf("got %T", step)
				}
			})
		}
	}
	client := newClient(t, p)
	_, err := client.Start(t.Context(), challenge.Custom{Username: "alice", Password: challenge.NewSecret(wrong)})
	if !errors.Is(err, challenge.BadCredentials) {
		t.Errorf("got %v", err)
	}
	_, err = client.SignIn(t.Context(), challenge.Custom{Username: "alice"}, wrongAnswer)
	if !errors.Is(err, challenge.BadCredentials) {
		t.Errorf("got %v", err)
	}
}

// TestTriggersPrintNothing keeps answers out of a test's log, where people
// print the events of their triggers.
func TestTriggersPrintNothing(t *testing.T) {
	const marker = "marked-secret"
	private := challenge.NewParams(texts{"answer": marker})
	for _, v := range []any{
		challengetest.CreateAuthChallengeResponse{PrivateChallengeParameters: private},
		challengetest.VerifyAuthChallengeResponseRequest{PrivateChallengeParameters: private, ChallengeAnswer: challenge.NewSecret(marker)},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			for _, text := range []string{fmt.Sprintf(verb, v), fmt.Sprintf(verb, []any{v})} {
				if strings.Contains(text, marker) || strings.Contains(text, fmt.Sprintf("%x", marker)) {
					t.Errorf("%s of %T prints a secret", verb, v)
				}
			}
		}
		if text, err := json.Marshal(v); err != nil || strings.Contains(string(text), marker) {
			t.Errorf("JSON of %T: %v", v, err)
		}
	}
}
