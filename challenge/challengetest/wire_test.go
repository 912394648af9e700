package challengetest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

func adminPasswordInput(poolID string) *cip.AdminInitiateAuthInput {
	return &cip.AdminInitiateAuthInput{
		AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, ClientId: aws.String("client"), UserPoolId: aws.String(poolID),
		AuthParameters: texts{"USERNAME": "alice", "PASSWORD": right},
	}
}

// TestThroughTheSDK is a whole sign-in through the SDK's own client, in
// process and over a socket.
func TestThroughTheSDK(t *testing.T) {
	now := newClock()
	newSDKPool := func() *challengetest.Pool {
		return newPool(t, challengetest.Config{
			Users: alice(func(u *challengetest.User) { u.Temporary = true }), MFA: types.UserPoolMfaTypeOn, Now: now.now,
		})
	}
	signIn := func(t *testing.T, p *challengetest.Pool, sdk *cip.Client) {
		ctx := t.Context()
		client := srp.NewClient()
		start, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
			AuthFlow: types.AuthFlowTypeUserSrpAuth, ClientId: aws.String("client"),
			AuthParameters: texts{"USERNAME": "alice", "SRP_A": client.A()},
		})
		if err != nil {
			t.Fatal(err)
		}
		params := start.ChallengeParameters
		signature, timestamp, err := client.Claim(srp.Challenge{
			Scope: "Test00001", Identity: params["USER_ID_FOR_SRP"], Salt: params["SALT"], B: params["SRP_B"], SecretBlock: params["SECRET_BLOCK"],
		}, right, now.t)
		if err != nil {
			t.Fatal(err)
		}
		r, err := sdk.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
			ChallengeName: start.ChallengeName, ClientId: aws.String("client"), Session: start.Session, ChallengeResponses: texts{
				"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": params["SECRET_BLOCK"], "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp,
			},
		})
		if err != nil || r.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
			t.Fatalf("got %v, %v", r, err)
		}
		_, err = sdk.AdminRespondToAuthChallenge(ctx, &cip.AdminRespondToAuthChallengeInput{
			ChallengeName: r.ChallengeName, ClientId: aws.String("client"), UserPoolId: aws.String(p.UserPoolID()), Session: r.Session,
			ChallengeResponses: texts{"USERNAME": "alice", "NEW_PASSWORD": "short"},
		})
		var invalid *types.InvalidPasswordException
		if !errors.As(err, &invalid) {
			t.Fatalf("got %v", err)
		}
		admin, err := sdk.AdminRespondToAuthChallenge(ctx, &cip.AdminRespondToAuthChallengeInput{
			ChallengeName: r.ChallengeName, ClientId: aws.String("client"), UserPoolId: aws.String(p.UserPoolID()), Session: r.Session,
			ChallengeResponses: texts{"USERNAME": "alice", "NEW_PASSWORD": right},
		})
		if err != nil || admin.ChallengeName != types.ChallengeNameTypeMfaSetup {
			t.Fatalf("got %v, %v", admin, err)
		}
		secret, err := sdk.AssociateSoftwareToken(ctx, &cip.AssociateSoftwareTokenInput{Session: admin.Session})
		if err != nil {
			t.Fatal(err)
		}
		code, err := p.TOTPCode("alice")
		if err != nil {
			t.Fatal(err)
		}
		verified, err := sdk.VerifySoftwareToken(ctx, &cip.VerifySoftwareTokenInput{Session: secret.Session, UserCode: aws.String(code.Reveal())})
		if err != nil || verified.Status != types.VerifySoftwareTokenResponseTypeSuccess {
			t.Fatalf("got %v, %v", verified, err)
		}
		end, err := sdk.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
			ChallengeName: admin.ChallengeName, ClientId: aws.String("client"), Session: verified.Session, ChallengeResponses: texts{"USERNAME": "alice"},
		})
		if err != nil || end.AuthenticationResult == nil || end.AuthenticationResult.ExpiresIn != 3600 {
			t.Fatalf("got %v", err)
		}
		user, err := sdk.GetUser(ctx, &cip.GetUserInput{AccessToken: end.AuthenticationResult.AccessToken})
		if err != nil || aws.ToString(user.Username) != "alice" {
			t.Fatalf("got %v, %v", user, err)
		}
	}
	t.Run("in process", func(t *testing.T) {
		p := newSDKPool()
		signIn(t, p, p.Client())
	})
	t.Run("over a socket", func(t *testing.T) {
		p := newSDKPool()
		server := httptest.NewServer(p.Handler())
		defer server.Close()
		signIn(t, p, p.Client(func(o *cip.Options) {
			o.BaseEndpoint = aws.String(server.URL)
			o.HTTPClient = server.Client()
		}))
	})
}

func TestClientHonoursContext(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Client().AdminInitiateAuth(ctx, adminPasswordInput(p.UserPoolID()))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestBubble shows that a pool without a clock of its own lives by that of a
// testing/synctest bubble.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, challengetest.Config{Users: alice(func(u *challengetest.User) {
			u.Attributes = texts{"phone_number": "+15550100"}
			u.MFA = []types.ChallengeNameType{sms}
		})})
		answer := func(after time.Duration) reply {
			asked := srpSignIn(t, p, "alice", right, time.Now())
			code := last(t, p).Code.Reveal()
			time.Sleep(after)
			return asked.answer(p, texts{"USERNAME": "alice", "SMS_MFA_CODE": code})
		}
		answer(challengetest.DefaultAuthSessionValidity - 1).tokens()
		answer(challengetest.DefaultAuthSessionValidity).fails(notAuthorized, expired)
	})
}

func TestRequestsThatAreNone(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	post := func(target, authorization, body string) reply {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		if target != "" {
			r.Header.Set("X-Amz-Target", target)
		}
		if authorization != "" {
			r.Header.Set("Authorization", authorization)
		}
		return send(t, p, r)
	}
	const prefix = "AWSCognitoIdentityProviderService."
	const good = `{"ClientId":"client","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"alice","PASSWORD":"Passw0rd!"}}`
	for _, test := range []struct{ name, target, authorization, body, code, text string }{
		{"no target", "", "", good, "UnknownOperationException", `challengetest has no operation ""`},
		{"another service", "AmazonSSM.InitiateAuth", "", good, "UnknownOperationException", `challengetest has no operation "AmazonSSM.InitiateAuth"`},
		{"another operation", prefix + "ForgotPassword", "", good, "UnknownOperationException", `challengetest has no operation "ForgotPassword"`},
		{"not signed", prefix + "AdminInitiateAuth", "", good, "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"no JSON", prefix + "InitiateAuth", "", `{`, "SerializationException", "unexpected end of JSON input"},
		{"a list", prefix + "InitiateAuth", "", `[]`, "SerializationException", ""},
		{"number for a string", prefix + "InitiateAuth", "", `{"ClientId":1}`, "SerializationException", "ClientId has the wrong type"},
		{"list in a map of strings", prefix + "InitiateAuth", "", `{"AuthParameters":{"USERNAME":["a"]}}`, "SerializationException", "AuthParameters has the wrong type"},
		{"empty", prefix + "InitiateAuth", "", ``, invalidParameter, "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"},
		{"null", prefix + "InitiateAuth", "", `null`, invalidParameter, "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"},
		{"no pool", prefix + "AdminInitiateAuth", "x", good, invalidParameter, "1 validation error detected: Value at 'userPoolId' failed to satisfy constraint: Member must not be null"},
		{"members in lower case", prefix + "InitiateAuth", "", strings.ToLower(good), invalidParameter, "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := post(test.target, test.authorization, test.body)
			if test.text == "" && r.body["__type"] == test.code { // encoding/json's text
				return
			}
			r.fails(test.code, test.text)
		})
	}

	// Public operations take no notice of the header.
	r := post(prefix+"InitiateAuth", "intentionally-invalid", good)
	r.tokens()
	if id := r.header.Get("X-Amzn-Requestid"); !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("request id %q", id)
	}
	if got := r.header.Get("Content-Type"); got != "application/x-amz-json-1.1" {
		t.Errorf("content type %q", got)
	}

	if r := post(prefix+"InitiateAuth", "", `{"x":"`+strings.Repeat("x", 1<<20)+`"}`); r.status != 413 {
		t.Errorf("a body of a megabyte: %d %v", r.status, r.body)
	}
	for _, path := range []string{"/", "/eu-west-1_Other/.well-known/jwks.json"} {
		if r := send(t, p, httptest.NewRequest("GET", path, nil)); r.status != 404 {
			t.Errorf("GET %s: %d", path, r.status)
		}
	}
}

// TestCompactJSON pins the bytes of an error: compact, in this order, without
// HTML escapes and without a line feed.
func TestCompactJSON(t *testing.T) {
	p := newPool(t, challengetest.Config{})
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/", strings.NewReader(`{"ClientId":"<&>"}`))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
	p.Handler().ServeHTTP(w, r)
	want := `{"__type":"ResourceNotFoundException","message":"User pool client <&> does not exist."}`
	if got := fmt.Sprint(w.Body); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
