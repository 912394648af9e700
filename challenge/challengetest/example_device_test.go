package challengetest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A pool that remembers devices asks for a code at the first sign-in only.
func ExampleConfig_deviceConfiguration() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{
			Username:   "alice",
			Password:   challenge.NewSecret("Passw0rd!"),
			Attributes: map[string]string{"phone_number": "+15550100"},
			MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
		}},
		DeviceConfiguration: &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true},
	})
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
	ctx := context.Background()
	signIn := func(optFns ...func(*challenge.CallOptions)) *challenge.Tokens {
		flow := challenge.UserSRP{Username: "alice", Password: challenge.NewSecret("Passw0rd!")}
		tokens, err := client.SignIn(ctx, flow, func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
			fmt.Println("asked:", c.Name())
			messages := pool.Messages()
			c.(*challenge.SMSMFA).Code = messages[len(messages)-1].Code
			return nil
		}, optFns...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("signed in with a new device:", tokens.NewDevice != nil)
		return tokens
	}

	device, _, err := challenge.ConfirmDevice(ctx, pool.Client(), signIn(), "laptop")
	if err != nil {
		log.Fatal(err)
	}
	signIn(func(o *challenge.CallOptions) { o.Device = &device })
	// Output:
	// asked: SMS_MFA
	// signed in with a new device: true
	// signed in with a new device: false
}
