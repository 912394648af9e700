package challengetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// TestUserAuthThroughTheLibrary drives every way through USER_AUTH with
// package challenge, by both APIs, with and without a client secret.
func TestUserAuthThroughTheLibrary(t *testing.T) {
	password := challenge.NewSecret(right)
	transports := map[string]func(*cip.Client) challenge.Transport{
		"admin":  func(sdk *cip.Client) challenge.Transport { return challenge.Admin(sdk) },
		"public": func(sdk *cip.Client) challenge.Transport { return challenge.Public(sdk) },
	}
	passkeys := []*challengetest.Passkey{newPasskey(t, challengetest.ES256), newPasskey(t, challengetest.RS256)}
	for transport, through := range transports {
		for _, secret := range []string{"", "s3cr3t"} {
			p := newPool(t, challengetest.Config{
				Clients: []challengetest.AppClient{{ID: "client", Secret: challenge.NewSecret(secret), AuthFlows: allFlows}},
				Users: append(alice(withBoth), challengetest.User{
					Username: "totp", Password: password, MFA: []types.ChallengeNameType{token},
				}, challengetest.User{Username: "new", Password: password, Temporary: true}),
			})
			for _, k := range passkeys {
				if err := p.RegisterPasskey("alice", k); err != nil {
					t.Fatal(err)
				}
			}
			client, err := challenge.New(challenge.Config{
				UserPoolID: p.UserPoolID(), ClientID: "client", ClientSecret: challenge.NewSecret(secret), Transport: through(p.Client()),
			})
			if err != nil {
				t.Fatal(err)
			}
			var path []types.ChallengeNameType // asked, in this order
			chosen := types.ChallengeNameType("")
			key := passkeys[0]
			answer := func(_ context.Context, asked challenge.Challenge, _ challenge.Attempt) (err error) {
				path = append(path, asked.Name())
				switch c := asked.(type) {
				case *challenge.SelectChallenge:
					c.Answer = chosen
					if chosen == types.ChallengeNameTypePassword || chosen == types.ChallengeNameTypePasswordSrp {
						c.Password = password
					}
				case *challenge.Password:
					c.Password = password
				case *challenge.PasswordSRP:
					c.Password = password
				case *challenge.EmailOTP:
					c.Code = last(t, p).Code
				case *challenge.SMSOTP:
					c.Code = last(t, p).Code
				case *challenge.WebAuthn:
					c.Credential, err = key.Sign(c.RequestOptions, "http://localhost:8080")
				case *challenge.SoftwareTokenMFA:
					c.Code, err = p.TOTPCode("totp")
				case *challenge.NewPasswordRequired:
					c.NewPassword = password
				default:
					err = fmt.Errorf("asked for %s", asked.Name())
				}
				return err
			}
			signUp, err := p.SignUpSession("client", "alice")
			if err != nil {
				t.Fatal(err)
			}
			const s = types.ChallengeNameTypeSelectChallenge
			type names = []types.ChallengeNameType
			for _, test := range []struct {
				flow   challenge.Choice
				choose types.ChallengeNameType
				want   names
			}{
				{challenge.Choice{Username: "alice", Session: signUp}, "", nil}, // her first
				{challenge.Choice{Username: "alice", Preferred: "PASSWORD", Password: password}, "", nil},
				{challenge.Choice{Username: "alice", Preferred: "PASSWORD_SRP", Password: password}, "", nil},
				{challenge.Choice{Username: "alice", Preferred: "PASSWORD"}, "", names{"PASSWORD"}},
				{challenge.Choice{Username: "alice", Preferred: "PASSWORD_SRP"}, "", names{"PASSWORD_SRP"}},
				{challenge.Choice{Username: "alice", Preferred: "EMAIL_OTP"}, "", names{"EMAIL_OTP"}},
				{challenge.Choice{Username: "alice", Preferred: "SMS_OTP"}, "", names{"SMS_OTP"}},
				{challenge.Choice{Username: "alice", Preferred: "WEB_AUTHN"}, "", names{"WEB_AUTHN"}},
				{challenge.Choice{Username: "alice"}, "PASSWORD", names{s}},
				{challenge.Choice{Username: "alice"}, "PASSWORD_SRP", names{s}},
				{challenge.Choice{Username: "alice"}, "EMAIL_OTP", names{s, "EMAIL_OTP"}},
				{challenge.Choice{Username: "alice"}, "SMS_OTP", names{s, "SMS_OTP"}},
				{challenge.Choice{Username: "alice"}, "WEB_AUTHN", names{s, "WEB_AUTHN"}},
				{challenge.Choice{Username: "totp", Preferred: "PASSWORD_SRP", Password: password}, "", names{token}},
				{challenge.Choice{Username: "new", Preferred: "EMAIL_OTP"}, "PASSWORD_SRP", names{s, "NEW_PASSWORD_REQUIRED"}},
			} {
				name := fmt.Sprintf("%s, secret %t, %s %s%s, password %t",
					transport, secret != "", test.flow.Username, test.flow.Preferred, test.choose, !test.flow.Password.IsZero())
				t.Run(name, func(t *testing.T) {
					for _, key = range passkeys {
						path, chosen = nil, test.choose
						tokens, err := client.SignIn(t.Context(), test.flow, answer)
						if err != nil {
							t.Fatal(err)
						}
						if tokens.Username != test.flow.Username {
							t.Errorf("tokens of %q", tokens.Username)
						}
						if diff := cmp.Diff(test.want, path); diff != "" {
							t.Errorf("asked (-want +got):\n%s", diff)
						}
						if test.flow.Preferred != "WEB_AUTHN" && test.choose != "WEB_AUTHN" {
							break
						}
					}
				})
			}
		}
	}
}

// TestUserAuthErrorsThroughTheLibrary: what is wrong arrives as its reason, and
// the choices are known until the end.
func TestUserAuthErrorsThroughTheLibrary(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice(withBoth)})
	key, other := newPasskey(t, challengetest.ES256), newPasskey(t, challengetest.ES256)
	if err := p.RegisterPasskey("alice", key); err != nil {
		t.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{UserPoolID: p.UserPoolID(), ClientID: "client", Transport: challenge.Public(p.Client())})
	if err != nil {
		t.Fatal(err)
	}
	start := func(preferred types.ChallengeNameType) challenge.Step {
		t.Helper()
		step, err := client.Start(t.Context(), challenge.Choice{Username: "alice", Preferred: preferred})
		if err != nil {
			t.Fatal(err)
		}
		return step
	}
	refused := func(c challenge.Challenge, reason challenge.Reason, usable challenge.Certainty) {
		t.Helper()
		_, err := client.Respond(t.Context(), c)
		var refusal *challenge.Error
		if !errors.As(err, &refusal) || refusal.Reason != reason || refusal.SessionUsable != usable {
			t.Errorf("got %v, want %v and session usable %v", err, reason, usable)
		}
	}

	selection := start("").(*challenge.SelectChallenge)
	want := []types.ChallengeNameType{"PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"}
	if diff := cmp.Diff(want, selection.CanChoose); diff != "" {
		t.Errorf("choices (-want +got):\n%s", diff)
	}
	selection.Answer, selection.Password = types.ChallengeNameTypePasswordSrp, challenge.NewSecret(wrong)
	refused(selection, challenge.BadCredentials, challenge.No)
	plain := start("PASSWORD").(*challenge.Password)
	plain.Password = challenge.NewSecret(wrong)
	refused(plain, challenge.BadCredentials, challenge.No)
	proven := start("PASSWORD_SRP").(*challenge.PasswordSRP)
	proven.Password = challenge.NewSecret(wrong)
	refused(proven, challenge.BadCredentials, challenge.No)

	selection = start("").(*challenge.SelectChallenge)
	selection.Answer = types.ChallengeNameTypeEmailOtp
	step, err := client.Respond(t.Context(), selection)
	if err != nil {
		t.Fatal(err)
	}
	sent := step.(*challenge.EmailOTP)
	if diff := cmp.Diff(want, sent.AvailableChallenges); diff != "" {
		t.Errorf("choices after the choice (-want +got):\n%s", diff)
	}
	sent.Code = challenge.NewSecret("00000000")
	if last(t, p).Code.Equal(sent.Code) {
		sent.Code = challenge.NewSecret("00000001")
	}
	refused(sent, challenge.BadCode, challenge.Yes)
	sent.Code = last(t, p).Code
	if _, err := client.Respond(t.Context(), sent); err != nil {
		t.Error(err)
	}

	// A passkey that the browser would not have offered.
	asked := start("WEB_AUTHN").(*challenge.WebAuthn)
	if _, err := other.Sign(asked.RequestOptions, "https://localhost"); err == nil {
		t.Error("signed with a passkey that is not registered")
	}
	stale := start("WEB_AUTHN").(*challenge.WebAuthn)
	if asked.Credential, err = key.Sign(stale.RequestOptions, "https://localhost"); err != nil {
		t.Fatal(err)
	}
	_, err = client.Respond(t.Context(), asked)
	var refusal *challenge.Error
	if !errors.As(err, &refusal) || refusal.Code != "NotAuthorizedException" {
		t.Errorf("got %v", err)
	}
}

// TestPasskeysThroughTheSDK registers, lists, uses and deletes a passkey with
// the SDK's own types, over its JSON documents.
func TestPasskeysThroughTheSDK(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	sdk, ctx := p.Client(), t.Context()
	signedIn, err := sdk.AdminInitiateAuth(ctx, adminPasswordInput(p.UserPoolID()))
	if err != nil {
		t.Fatal(err)
	}
	access := signedIn.AuthenticationResult.AccessToken
	started, err := sdk.StartWebAuthnRegistration(ctx, &cip.StartWebAuthnRegistrationInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	options, err := started.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil {
		t.Fatal(err)
	}
	key := newPasskey(t, challengetest.ES256)
	complete := func(origin string, edit func(map[string]any)) error {
		text, err := key.Register(string(options), origin)
		if err != nil {
			t.Fatal(err)
		}
		var credential map[string]any
		if err := json.Unmarshal([]byte(text), &credential); err != nil {
			t.Fatal(err)
		}
		edit(credential)
		_, err = sdk.CompleteWebAuthnRegistration(ctx, &cip.CompleteWebAuthnRegistrationInput{
			AccessToken: access, Credential: document.NewLazyDocument(credential),
		})
		return err
	}
	err = complete("http://localhost:3000", func(credential map[string]any) { credential["type"] = "x" })
	var invalid *types.InvalidParameterException
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	if err := complete("http://localhost:3000", func(map[string]any) {}); err != nil {
		t.Fatal(err)
	}
	var again *types.WebAuthnChallengeNotFoundException
	if err := complete("http://localhost:3000", func(map[string]any) {}); !errors.As(err, &again) {
		t.Fatalf("got %v", err)
	}
	list, err := sdk.ListWebAuthnCredentials(ctx, &cip.ListWebAuthnCredentialsInput{AccessToken: access})
	if err != nil || len(list.Credentials) != 1 {
		t.Fatalf("got %v, %v", list, err)
	}
	if c := list.Credentials[0]; aws.ToString(c.RelyingPartyId) != "localhost" || c.CreatedAt.IsZero() || len(c.AuthenticatorTransports) != 1 {
		t.Errorf("got %+v", c)
	}

	asked, err := sdk.InitiateAuth(ctx, &cip.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserAuth, ClientId: aws.String("client"),
		AuthParameters: texts{"USERNAME": "alice", "PREFERRED_CHALLENGE": "WEB_AUTHN"},
	})
	if err != nil {
		t.Fatal(err)
	}
	credential, err := key.Sign(asked.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"], "http://localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	end, err := sdk.RespondToAuthChallenge(ctx, &cip.RespondToAuthChallengeInput{
		ChallengeName: asked.ChallengeName, ClientId: aws.String("client"), Session: asked.Session,
		ChallengeResponses: texts{"USERNAME": "alice", "CREDENTIAL": credential.Reveal()},
	})
	if err != nil || end.AuthenticationResult == nil {
		t.Fatalf("got %v, %v", end, err)
	}
	if _, err = sdk.DeleteWebAuthnCredential(ctx, &cip.DeleteWebAuthnCredentialInput{
		AccessToken: access, CredentialId: list.Credentials[0].CredentialId,
	}); err != nil {
		t.Fatal(err)
	}
}
