package challengetest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A pool is compared with the service by what is described of it. Here it is
// said to require a second factor, which it doesn't.
func ExampleCheckConformance() {
	users := []challengetest.User{
		{Username: "alice", Password: challenge.NewSecret("Passw0rd!")},
		{
			Username: "bob", Password: challenge.NewSecret("Passw0rd!"),
			Attributes: map[string]string{"email": "bob@example.com"},
			MFA:        []types.ChallengeNameType{types.ChallengeNameTypeEmailOtp},
		},
	}
	pool, err := challengetest.NewPool(challengetest.Config{Users: users})
	if err != nil {
		log.Fatal(err)
	}

	err = challengetest.CheckConformance(context.Background(), pool.Client(), challengetest.Conformance{
		UserPoolID: pool.UserPoolID(),
		ClientID:   challengetest.DefaultClientID,
		MFA:        types.UserPoolMfaTypeOn,
		SignIns:    map[types.AuthFlowType][]challengetest.User{types.AuthFlowTypeUserPasswordAuth: users},
		Answer: func(context.Context, string, types.ChallengeNameType, map[string]string) (challenge.Secret, error) {
			messages := pool.Messages()
			return messages[len(messages)-1].Code, nil
		},
	})
	fmt.Println(err)
	// Output: challengetest: USER_PASSWORD_AUTH of alice: MFA_SETUP: ChallengeName: expected MFA_SETUP, got
}
