package challenge_test

import (
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// The password is proven without being sent.
func ExampleUserSRP() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// The password is sent to Cognito, as a user migration trigger needs it.
func ExampleUserPassword() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserPassword{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// A proof of the password, and then what the pool's triggers ask.
func ExampleCustom() {
	_, client := demo(challengetest.User{}, challengetest.Config{Triggers: riddle})

	step, err := client.Start(ctx, challenge.Custom{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.CustomChallenge)
	fmt.Println("password proven;", asked.Parameters.Get("question"))
	asked.Answer = challenge.NewSecret("42")
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// password proven; What is 6 times 7?
	// signed in: alice
}

// The user prefers a password and has given it: one call is enough.
func ExampleChoice() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.Choice{
		Username:  "alice",
		Preferred: types.ChallengeNameTypePasswordSrp,
		Password:  password,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// New tokens for a refresh token, without asking the user.
func ExampleRefresh() {
	_, client := demo(challengetest.User{}, challengetest.Config{})
	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	tokens := step.(*challenge.Tokens)

	step, err = client.Start(ctx, challenge.Refresh{
		RefreshToken: tokens.RefreshToken,
		Username:     tokens.Username, // never what the user typed
	})
	if err != nil {
		log.Fatal(err)
	}
	renewed := step.(*challenge.Tokens)
	fmt.Println("another access token:", !renewed.AccessToken.Equal(tokens.AccessToken))
	fmt.Println("the same refresh token:", renewed.RefreshToken.Equal(tokens.RefreshToken))
	// Output:
	// another access token: true
	// the same refresh token: true
}

// An app client that rotates its refresh tokens has a call of its own.
func ExampleClient_GetTokensFromRefreshToken() {
	pool, client := demo(challengetest.User{}, challengetest.Config{
		Clients: []challengetest.AppClient{{
			ID:                   challengetest.DefaultClientID,
			RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled},
		}},
	})
	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	tokens := step.(*challenge.Tokens)

	renewed, err := client.GetTokensFromRefreshToken(ctx, pool.Client(), challenge.Refresh{
		RefreshToken: tokens.RefreshToken,
		Username:     tokens.Username,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("another refresh token:", !renewed.RefreshToken.Equal(tokens.RefreshToken))
	// Output: another refresh token: true
}
