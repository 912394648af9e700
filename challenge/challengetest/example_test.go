package challengetest_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// A sign-in with a code by SMS, through the AWS SDK's own client.
func Example() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{
			Username:   "alice",
			Password:   challenge.NewSecret("Passw0rd!"),
			Attributes: map[string]string{"phone_number": "+15550100"},
			MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, client := context.Background(), pool.Client()

	start, err := client.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		ClientId:       aws.String(challengetest.DefaultClientID),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": "Passw0rd!"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(start.ChallengeName, "to", start.ChallengeParameters["CODE_DELIVERY_DESTINATION"])

	messages := pool.Messages()
	end, err := client.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ClientId:      aws.String(challengetest.DefaultClientID),
		ChallengeName: start.ChallengeName,
		Session:       start.Session,
		ChallengeResponses: map[string]string{
			"USERNAME":     "alice",
			"SMS_MFA_CODE": messages[len(messages)-1].Code.Reveal(),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(aws.ToString(end.AuthenticationResult.TokenType), end.AuthenticationResult.ExpiresIn)
	// Output:
	// SMS_MFA to +*******0100
	// Bearer 3600
}

// A pool says what is wrong with its description, and where.
func ExampleNewPool() {
	_, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{
			{Username: "alice", MFA: []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa}},
			{Username: ""},
		},
	})
	fmt.Println(err)
	// Output:
	// challengetest: users[0].mfa: SMS_MFA needs the attribute phone_number
	// challengetest: users[1].username: missing
}

// Any program can use the pool over HTTP, here one that knows nothing of AWS.
func ExamplePool_Handler() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{Username: "alice", Password: challenge.NewSecret("Passw0rd!")}},
	})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(pool.Handler())
	defer server.Close()

	request, err := http.NewRequest("POST", server.URL, strings.NewReader(
		`{"ClientId":"client","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"alice","PASSWORD":"guess"}}`))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d %s\n", reply.StatusCode, body)
	// Output:
	// 400 {"__type":"NotAuthorizedException","message":"Incorrect username or password."}
}

// The pool's clock decides when a challenge is too old.
func ExampleConfig_now() {
	now := time.Now()
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{
			Username: "alice", Password: challenge.NewSecret("Passw0rd!"), Temporary: true,
		}},
		Now: func() time.Time { return now },
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, client := context.Background(), pool.Client()
	start, err := client.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		ClientId:       aws.String(challengetest.DefaultClientID),
		AuthFlow:       types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "alice", "PASSWORD": "Passw0rd!"},
	})
	if err != nil {
		log.Fatal(err)
	}

	now = now.Add(challengetest.DefaultAuthSessionValidity)
	_, err = client.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ClientId:           aws.String(challengetest.DefaultClientID),
		ChallengeName:      start.ChallengeName,
		Session:            start.Session,
		ChallengeResponses: map[string]string{"USERNAME": "alice", "NEW_PASSWORD": "N3w-password"},
	})
	fmt.Println(err != nil && strings.Contains(err.Error(), "session is expired"))
	// Output:
	// true
}

// TOTP is the authenticator app of a test that holds the SecretCode itself.
func ExampleTOTP() {
	secret := challenge.NewSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	code, err := challengetest.TOTP(secret, time.Unix(1111111109, 0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(code.Reveal())
	// Output:
	// 081804
}

// TOTPCode is the authenticator app of one of the pool's users.
func ExamplePool_TOTPCode() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Users: []challengetest.User{{
			Username:   "alice",
			TOTPSecret: challenge.NewSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
			MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa},
		}},
		Now: func() time.Time { return time.Unix(1234567890, 0) },
	})
	if err != nil {
		log.Fatal(err)
	}
	code, err := pool.TOTPCode("alice")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(code, code.Reveal())
	// Output:
	// [redacted] 005924
}
