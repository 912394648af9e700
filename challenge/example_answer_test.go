package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// Which name goes into SECRET_HASH: the one that is sent as USERNAME. A sign-in
// begins with what the user typed, and goes on with what Cognito returned. The
// client takes care of it; Config does it for those who make the calls.
func ExampleConfig_secretHash() {
	pool, err := challengetest.NewPool(challengetest.Config{
		Clients: []challengetest.AppClient{{
			ID: "backend", Secret: challenge.NewSecret("the client's secret"),
			AuthFlows: types.ExplicitAuthFlowsType("").Values(),
		}},
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
		Users: []challengetest.User{{
			Username:   "alice",
			Password:   password,
			Attributes: map[string]string{"email": "alice@example.com", "email_verified": "true"},
			MFA:        []types.ChallengeNameType{types.ChallengeNameTypeEmailOtp},
		}},
	})
	if err != nil {
		log.Fatal(err)
	}
	config := challenge.Config{
		UserPoolID:   pool.UserPoolID(),
		ClientID:     "backend",
		ClientSecret: challenge.NewSecret("the client's secret"),
		Transport:    challenge.Public(pool.Client()),
	}
	client, err := challenge.New(config)
	if err != nil {
		log.Fatal(err)
	}

	// Over "alice@example.com", then over "alice": the pool checks both.
	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice@example.com", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.EmailOTP)
	asked.Code = received(pool)
	fmt.Println("the answer's USERNAME:", asked.Username)

	// The same by hand.
	in, err := config.RespondInput(asked)
	if err != nil {
		log.Fatal(err)
	}
	out, err := pool.Client().RespondToAuthChallenge(ctx, in)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", out.AuthenticationResult != nil)
	// Output:
	// the answer's USERNAME: alice
	// signed in: true
}

// What to do on each error: the reasons in the order in which a backend wants
// to know them.
func ExampleReason() {
	next := func(err error) string {
		var refused *challenge.Error
		var malformed *challenge.MalformedError
		switch {
		case challenge.AskAgain(err): // BadCode, CodeReused, NewPasswordRejected, *InvalidError
			return "ask again, for the same challenge"
		case errors.As(err, &malformed):
			return "log it: the reply makes no sense"
		case !errors.As(err, &refused):
			return "log it"
		}
		switch refused.Reason {
		case challenge.BadCredentials, challenge.LockedOut:
			return "wrong user name or password, or too many tries: the sign-in page"
		case challenge.SessionExpired, challenge.SessionSpent, challenge.BadCode, challenge.CodeReused, challenge.NewPasswordRejected:
			return "too late: the sign-in page"
		case challenge.PasswordResetRequired:
			return "the forgotten-password page"
		case challenge.UserNotConfirmed:
			return "the page that confirms a sign-up"
		case challenge.TempPasswordExpired, challenge.UserDisabled:
			return "ask an administrator"
		case challenge.TokenInvalid, challenge.TokenReuse:
			return "drop the tokens: the sign-in page"
		case challenge.DeviceUnknown:
			return "forget the device: the sign-in page"
		case challenge.TriggerDenied, challenge.Blocked:
			return "refuse"
		case challenge.Throttled, challenge.Unavailable:
			if refused.Ambiguous {
				return "it may have counted: the sign-in page"
			}
			return "try again in a moment"
		default: // Misconfigured, BadRequest, Unrecognized
			return "alert the operator"
		}
	}

	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})
	_, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: challenge.NewSecret("wrong")})
	fmt.Println(next(err))

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SMSMFA)
	_, err = client.Respond(ctx, asked)
	fmt.Println(next(err))

	asked.Code = received(pool)
	pool.Fail(challengetest.Fault{Operation: "RespondToAuthChallenge", Kind: challengetest.Reset, After: true})
	_, err = client.Respond(ctx, asked)
	fmt.Println(next(err))
	// Output:
	// wrong user name or password, or too many tries: the sign-in page
	// ask again, for the same challenge
	// it may have counted: the sign-in page
}

// A page that asks for whatever a challenge wants, without knowing its type.
func ExampleFields() {
	pool, client := demo(challengetest.User{
		Temporary:          true,
		RequiredAttributes: []string{"name"},
		Attributes:         map[string]string{"phone_number": "+15550100"},
		MFA:                []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})

	tokens, err := client.SignIn(ctx, challenge.UserSRP{Username: "alice", Password: password},
		func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
			posted := make(map[string]string) // what a browser would post
			for _, field := range challenge.Fields(c) {
				if field.Ask && field.Required {
					fmt.Printf("%s: <input name=%q> hidden: %t\n", c.Name(), field.Key, field.Secret)
					posted[field.Key] = "Pa$$w0rd, Alice"
					if field.Kind == challenge.KindCode {
						posted[field.Key] = received(pool).Reveal()
					}
				}
			}
			return challenge.FillAsked(c, posted)
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", tokens.Username)
	// Output:
	// NEW_PASSWORD_REQUIRED: <input name="NEW_PASSWORD"> hidden: true
	// NEW_PASSWORD_REQUIRED: <input name="userAttributes.name"> hidden: false
	// SMS_MFA: <input name="SMS_MFA_CODE"> hidden: true
	// signed in: alice
}

// From a hand-written map to a checked one.
func ExampleFill() {
	responses := map[string]string{"USERNAME": "alice", "SMS_OTP_CODE": "123456"}

	form := challenge.Form(types.ChallengeNameTypeSmsMfa, challenge.Issued{})
	fmt.Println(challenge.Fill(form, responses))

	responses = map[string]string{"USERNAME": "alice", "SMS_MFA_CODE": "123456"}
	if err := challenge.Fill(form, responses); err != nil {
		log.Fatal(err)
	}
	checked, err := form.ChallengeResponses()
	fmt.Println(maps.Equal(checked, responses), err)
	// Output:
	// challenge: SMS_MFA: values (SMS_OTP_CODE) is no key of this challenge
	// true <nil>
}

// A request that is written down, looked at, and sent later.
func ExampleMarshalAdminRespondInput() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})
	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SMSMFA)
	asked.Code = received(pool)

	config := challenge.Config{UserPoolID: pool.UserPoolID(), ClientID: challengetest.DefaultClientID}
	in, err := config.AdminRespondInput(asked)
	if err != nil {
		log.Fatal(err)
	}
	stored, err := challenge.MarshalAdminRespondInput(in) // holds the session and the code
	if err != nil {
		log.Fatal(err)
	}

	in, err = challenge.UnmarshalAdminRespondInput(stored)
	if err != nil {
		log.Fatal(err)
	}
	out, err := pool.Client().AdminRespondToAuthChallenge(ctx, in)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", out.AuthenticationResult != nil)
	// Output: signed in: true
}

// Those who make the calls themselves have the reply decoded.
func ExampleReadReply() {
	out := &cip.AdminInitiateAuthOutput{
		ChallengeName: types.ChallengeNameTypeNewPasswordRequired,
		ChallengeParameters: map[string]string{
			"USER_ID_FOR_SRP":    "alice",
			"requiredAttributes": `["userAttributes.name"]`,
			"userAttributes":     `{"email":"alice@example.com"}`,
		},
		Session: aws.String("AYAB…"),
	}

	step, err := challenge.ReadReply(&challenge.Reply{
		Challenge:  out.ChallengeName,
		Parameters: challenge.NewParams(out.ChallengeParameters),
		Session:    challenge.NewSecret(aws.ToString(out.Session)),
	}, challenge.Issued{Username: "alice@example.com"})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.NewPasswordRequired)
	fmt.Println(asked.Username, "must give", asked.RequiredAttributes)
	// Output: alice must give [name]
}
