package foreign

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

const origin = "https://login.example.com"

var withPasskeys = challengetest.Config{
	WebAuthn: types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.com")},
}

// A visit is what a browser with passkeys is told to do.
type visit struct {
	Origin       string          `json:"origin"`
	Algorithm    string          `json:"algorithm,omitempty"`
	UserVerified bool            `json:"userVerified"`
	Create       json.RawMessage `json:"create,omitempty"` // with these options
	Get          json.RawMessage `json:"get,omitempty"`
}

// credential returns the credential that the browser makes or signs in with.
func (n *node) credential(t *testing.T, v visit) json.RawMessage {
	t.Helper()
	n.send(t, v)
	var got struct {
		Credential json.RawMessage
		Error      string
	}
	n.receive(t, &got)
	if got.Error != "" {
		t.Fatalf("the browser says: %s", got.Error)
	}
	return got.Credential
}

// TestPasskeys signs in by the library, with passkeys that neither it nor the
// pool has made.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	browser := startNode(t, ".", nil, "passkey.mjs")
	for _, passkey := range []visit{
		{Origin: origin, Algorithm: "ES256", UserVerified: true},
		{Origin: origin, Algorithm: "RS256", UserVerified: true},
		{Origin: origin, Algorithm: "ES256"},
	} {
		t.Run(fmt.Sprint(passkey.Algorithm, " ", passkey.UserVerified), func(t *testing.T) {
			pool := newPool(t, withPasskeys)
			sdk := pool.Client()
			client := newClient(t, sdk, pool.UserPoolID(), nil)

			step, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: alice.Password})
			tokens, ok := step.(*challenge.Tokens)
			if !ok {
				t.Fatalf("got %T and %v, want tokens", step, err)
			}
			access := aws.String(tokens.AccessToken.Reveal())
			started, err := sdk.StartWebAuthnRegistration(t.Context(),
				&cognitoidentityprovider.StartWebAuthnRegistrationInput{AccessToken: access})
			if err != nil {
				t.Fatal(err)
			}
			if passkey.Create, err = started.CredentialCreationOptions.MarshalSmithyDocument(); err != nil {
				t.Fatal(err)
			}
			var credential any
			if err := json.Unmarshal(browser.credential(t, passkey), &credential); err != nil {
				t.Fatal(err)
			}
			_, err = sdk.CompleteWebAuthnRegistration(t.Context(), &cognitoidentityprovider.CompleteWebAuthnRegistrationInput{
				AccessToken: access, Credential: document.NewLazyDocument(credential),
			})
			if err != nil {
				t.Fatal(err)
			}

			// signIn answers the options that choose returns, given those that came.
			signIn := func(choose func(options string) string) (challenge.Step, error) {
				t.Helper()
				step, err := client.Start(t.Context(), challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypeWebAuthn})
				c, ok := step.(*challenge.WebAuthn)
				if !ok {
					t.Fatalf("got %T and %v, want WEB_AUTHN", step, err)
				}
				options := choose(c.RequestOptions)
				c.Credential = challenge.NewSecret(string(browser.credential(t, visit{Origin: origin, Get: json.RawMessage(options)})))
				return client.Respond(t.Context(), c)
			}
			var last string
			for range 2 {
				step, err := signIn(func(options string) string {
					last = options
					return options
				})
				if tokens, ok := step.(*challenge.Tokens); !ok || tokens.Username != "alice" {
					t.Fatalf("got %T and %v, want tokens", step, err)
				}
			}
			if step, err := signIn(func(string) string { return last }); err == nil {
				t.Errorf("got %T with an answer to the options of another sign-in", step)
			}
		})
	}
}

// Amplify registers a passkey and signs in with it.
func TestAmplifyPasskeys(t *testing.T) {
	t.Parallel()
	client := startNode(t, ".", nil, "amplify.mjs")
	pool, s := serve(t, withPasskeys)
	s.Passkey = &visit{Origin: origin, Algorithm: "ES256", UserVerified: true}
	if got := client.run(t, pool, s, nil); got.Error != "" {
		t.Fatal(got.Error)
	}

	s.Passkey, s.Keep, s.Flow, s.Password = nil, true, "USER_AUTH", ""
	for _, tt := range []struct {
		preferred string
		turns     []turn
	}{
		{"WEB_AUTHN", nil},
		{"", []turn{{"one of EMAIL_OTP, PASSWORD, PASSWORD_SRP, SMS_OTP, WEB_AUTHN", say("WEB_AUTHN")}}},
	} {
		s.Preferred = tt.preferred
		got := client.run(t, pool, s, tt.turns)
		if got.Error != "" {
			t.Fatal(got.Error)
		}
		checkUser(t, got, "alice")
	}
}
