package challengetest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// The reply to a new password is lost. The pool has taken it nevertheless, and
// only once.
func ExamplePool_Fail() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{Username: "alice", Password: challenge.NewSecret("temporary"), Temporary: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: pool.UserPoolID(), ClientID: challengetest.DefaultClientID, Transport: challenge.Public(pool.Client()),
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := pool.Fail(challengetest.Fault{
		Kind: challengetest.Drop, After: true, ChallengeName: "NEW_PASSWORD_REQUIRED",
	}); err != nil {
		log.Fatal(err)
	}

	signIn := func(password string) error {
		_, err := client.SignIn(context.Background(), challenge.UserSRP{Username: "alice", Password: challenge.NewSecret(password)},
			func(_ context.Context, ch challenge.Challenge, _ challenge.Attempt) error {
				ch.(*challenge.NewPasswordRequired).NewPassword = challenge.NewSecret("Passw0rd!")
				return nil
			})
		return err
	}
	var e *challenge.Error
	if errors.As(signIn("temporary"), &e) {
		fmt.Println(e.Reason, e.Ambiguous)
	}
	fmt.Println(signIn("Passw0rd!"))
	for _, c := range pool.Calls() {
		fmt.Println(c.Operation, c.ChallengeName, c.Fault, c.Acted)
	}
	// Output:
	// challenge: unavailable true
	// <nil>
	// InitiateAuth   true
	// RespondToAuthChallenge PASSWORD_VERIFIER  true
	// RespondToAuthChallenge NEW_PASSWORD_REQUIRED drop true
	// InitiateAuth   true
	// RespondToAuthChallenge PASSWORD_VERIFIER  true
}
