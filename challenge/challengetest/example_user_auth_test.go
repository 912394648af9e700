package challengetest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A sign-in with a passkey. What a browser would do is done by the Passkey.
func ExamplePasskey() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users:    []challengetest.User{{Username: "alice"}},
		WebAuthn: types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.com")},
	})
	if err != nil {
		log.Fatal(err)
	}
	passkey, err := challengetest.NewPasskey(challengetest.ES256)
	if err != nil {
		log.Fatal(err)
	}
	if err := pool.RegisterPasskey("alice", passkey); err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	step, err := client.Start(ctx, challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypeWebAuthn})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.WebAuthn)
	asked.Credential, err = passkey.Sign(asked.RequestOptions, "https://example.com")
	if err != nil {
		log.Fatal(err)
	}
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// How an application has a passkey registered, with the documents that the SDK
// uses for the two halves of it.
func ExamplePasskey_Register() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{Username: "alice", Password: challenge.NewSecret("Passw0rd!")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, sdk := context.Background(), pool.Client()
	signedIn, err := sdk.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		ClientId:       aws.String(challengetest.DefaultClientID),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": "Passw0rd!"},
	})
	if err != nil {
		log.Fatal(err)
	}
	accessToken := signedIn.AuthenticationResult.AccessToken

	start, err := sdk.StartWebAuthnRegistration(ctx, &cognitoidentityprovider.StartWebAuthnRegistrationInput{AccessToken: accessToken})
	if err != nil {
		log.Fatal(err)
	}
	options, err := start.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil {
		log.Fatal(err)
	}
	passkey, err := challengetest.NewPasskey(challengetest.ES256)
	if err != nil {
		log.Fatal(err)
	}
	text, err := passkey.Register(string(options), "http://localhost:3000")
	if err != nil {
		log.Fatal(err)
	}
	var credential map[string]any
	if err := json.Unmarshal([]byte(text), &credential); err != nil {
		log.Fatal(err)
	}
	if _, err := sdk.CompleteWebAuthnRegistration(ctx, &cognitoidentityprovider.CompleteWebAuthnRegistrationInput{
		AccessToken: accessToken,
		Credential:  document.NewLazyDocument(credential),
	}); err != nil {
		log.Fatal(err)
	}

	list, err := sdk.ListWebAuthnCredentials(ctx, &cognitoidentityprovider.ListWebAuthnCredentialsInput{AccessToken: accessToken})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(list.Credentials), "passkey of", aws.ToString(list.Credentials[0].RelyingPartyId))
	// Output: 1 passkey of localhost
}

// A user of USER_AUTH chooses among what the pool allows and she has.
func ExampleConfig_firstFactors() {
	pool, err := challengetest.NewPool(challengetest.Config{
		FirstFactors: []types.AuthFactorType{types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp},
		Users: []challengetest.User{{
			Username:   "alice",
			Password:   challenge.NewSecret("Passw0rd!"),
			Attributes: map[string]string{"email": "alice@example.com"},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Admin(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}

	tokens, err := client.SignIn(context.Background(), challenge.Choice{Username: "alice"},
		func(_ context.Context, asked challenge.Challenge, _ challenge.Attempt) error {
			switch c := asked.(type) {
			case *challenge.SelectChallenge:
				fmt.Println("choices:", c.CanChoose)
				c.Answer = types.ChallengeNameTypeEmailOtp
			case *challenge.EmailOTP:
				fmt.Println("code sent to", c.Delivery.Destination)
				messages := pool.Messages()
				c.Code = messages[len(messages)-1].Code
			}
			return nil
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", tokens.Username)
	// Output:
	// choices: [PASSWORD_SRP PASSWORD EMAIL_OTP]
	// code sent to a***@e***
	// signed in: alice
}

// Who has just confirmed a sign-up needs no other first factor.
func ExamplePool_SignUpSession() {
	pool, err := challengetest.NewPool(challengetest.Config{Users: []challengetest.User{{Username: "alice"}}})
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}

	session, err := pool.SignUpSession(challengetest.DefaultClientID, "alice")
	if err != nil {
		log.Fatal(err)
	}
	step, err := client.Start(context.Background(), challenge.Choice{Username: "alice", Session: session})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}
