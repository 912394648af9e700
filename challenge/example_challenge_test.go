package challenge_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
	"github.com/cognito-go/cognitoauth/srp"
)

// What the examples of single challenges and flows share.
var (
	ctx      = context.Background()
	password = challenge.NewSecret("Passw0rd!")
)

// demo returns a pool in memory in place of Amazon Cognito, whose only user,
// alice, is as given, and a client of it. A real program makes its client as in
// the package example.
func demo(alice challengetest.User, config challengetest.Config) (*challengetest.Pool, *challenge.Client) {
	alice.Username, alice.Password = "alice", password
	config.Users = []challengetest.User{alice}
	pool, err := challengetest.NewPool(config)
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
	return pool, client
}

// received returns the code of the last message to alice: what a person would
// read and type.
func received(pool *challengetest.Pool) challenge.Secret {
	code, err := pool.MessageCode("alice")
	if err != nil {
		log.Fatal(err)
	}
	return code
}

// A code in a text message as the second factor.
func ExampleSMSMFA() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SMSMFA)
	fmt.Println("code sent by", asked.Delivery.Medium, "to", asked.Delivery.Destination)
	asked.Code = received(pool)
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// code sent by SMS to +*******0100
	// signed in: alice
}

// A code in a text message instead of a password.
func ExampleSMSOTP() {
	pool, client := demo(challengetest.User{Attributes: map[string]string{"phone_number": "+15550100"}}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypeSmsOtp})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SMSOTP)
	fmt.Println("code sent to", asked.Delivery.Destination)
	asked.Code = received(pool)
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// code sent to +*******0100
	// signed in: alice
}

// A code in an e-mail as the second factor. As the first factor, with Choice,
// it looks the same.
func ExampleEmailOTP() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"email": "alice@example.com"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeEmailOtp},
	}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.EmailOTP)
	fmt.Println("code sent to", asked.Delivery.Destination)
	asked.Code = received(pool)
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// code sent to a***@e***
	// signed in: alice
}

// The code of an authenticator app.
func ExampleSoftwareTokenMFA() {
	pool, client := demo(challengetest.User{
		TOTPSecret: challenge.NewSecret("JBSWY3DPEHPK3PXP"),
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa},
	}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SoftwareTokenMFA)
	asked.Code, err = pool.TOTPCode("alice") // what the app shows
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

// A user with several second factors chooses one.
func ExampleSelectMFAType() {
	_, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100", "email": "alice@example.com"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeEmailOtp},
	}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SelectMFAType)
	fmt.Println("choices:", asked.CanChoose)
	asked.Answer = types.ChallengeNameTypeEmailOtp
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("code sent to", step.(*challenge.EmailOTP).Delivery.Destination)
	// Output:
	// choices: [SMS_MFA EMAIL_OTP]
	// code sent to a***@e***
}

// The pool requires a second factor, and the user has none: she sets up an
// authenticator app.
func ExampleMFASetup() {
	pool, client := demo(challengetest.User{}, challengetest.Config{MFA: types.UserPoolMfaTypeOn})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.MFASetup)
	token, err := asked.AssociateSoftwareToken(ctx, pool.Client())
	if err != nil {
		log.Fatal(err)
	}
	// Show token.URI as a QR code, or token.SecretCode as text. Then her app
	// shows a code:
	code, err := challengetest.TOTP(token.SecretCode, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	if err := asked.VerifySoftwareToken(ctx, pool.Client(), code, "phone"); err != nil {
		log.Fatal(err)
	}
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// The pool requires a second factor, and the user sets up her e-mail address.
func ExampleMFASetup_email() {
	pool, client := demo(challengetest.User{}, challengetest.Config{MFA: types.UserPoolMfaTypeOn})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.MFASetup)
	asked.Email = "alice@example.com"
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	proof := step.(*challenge.EmailOTP)
	proof.Code = received(pool)
	step, err = client.Respond(ctx, proof)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// A user with a temporary password chooses her own. A password that breaks the
// pool's policy is refused, and the same form is filled in once more.
func ExampleNewPasswordRequired() {
	_, client := demo(challengetest.User{
		Temporary:          true,
		Attributes:         map[string]string{"email": "alice@example.com"},
		RequiredAttributes: []string{"email", "name"},
	}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.UserSRP{Username: "alice", Password: password})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.NewPasswordRequired)
	fmt.Println("needs", asked.RequiredAttributes, "and has", asked.UserAttributes["email"])
	asked.Attributes = map[string]string{"name": "Alice"}
	for _, candidate := range []string{"short", "Pa$$w0rd, new"} {
		asked.NewPassword = challenge.NewSecret(candidate)
		step, err = client.Respond(ctx, asked)
		if !challenge.AskAgain(err) {
			break
		}
		fmt.Println("not this one")
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// needs [name] and has alice@example.com
	// not this one
	// signed in: alice
}

// The pool's own Lambda triggers ask something; here the pool's test double
// has them as Go functions.
func ExampleCustomChallenge() {
	_, client := demo(challengetest.User{}, challengetest.Config{Triggers: riddle})

	step, err := client.Start(ctx, challenge.Custom{Username: "alice"})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.CustomChallenge)
	fmt.Println(asked.Parameters.Get("question"))
	asked.Answer = challenge.NewSecret("42")
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// What is 6 times 7?
	// signed in: alice
}

// riddle are triggers that ask one question.
var riddle = challengetest.Triggers{
	DefineAuthChallenge: func(r challengetest.DefineAuthChallengeRequest) (challengetest.DefineAuthChallengeResponse, error) {
		if n := len(r.Session); n > 0 && r.Session[n-1].ChallengeResult && r.Session[n-1].ChallengeName == types.ChallengeNameTypeCustomChallenge {
			return challengetest.DefineAuthChallengeResponse{IssueTokens: true}, nil
		}
		if n := len(r.Session); n == 1 && r.Session[0].ChallengeName == "SRP_A" {
			return challengetest.DefineAuthChallengeResponse{ChallengeName: types.ChallengeNameTypePasswordVerifier}, nil
		}
		return challengetest.DefineAuthChallengeResponse{ChallengeName: types.ChallengeNameTypeCustomChallenge}, nil
	},
	CreateAuthChallenge: func(challengetest.CreateAuthChallengeRequest) (challengetest.CreateAuthChallengeResponse, error) {
		return challengetest.CreateAuthChallengeResponse{PublicChallengeParameters: map[string]string{"question": "What is 6 times 7?"}}, nil
	},
	VerifyAuthChallengeResponse: func(r challengetest.VerifyAuthChallengeResponseRequest) (challengetest.VerifyAuthChallengeResponseResponse, error) {
		return challengetest.VerifyAuthChallengeResponseResponse{AnswerCorrect: r.ChallengeAnswer.Reveal() == "42"}, nil
	},
}

// The user chooses how to sign in.
func ExampleSelectChallenge() {
	_, client := demo(challengetest.User{Attributes: map[string]string{"email": "alice@example.com"}}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.Choice{Username: "alice"})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.SelectChallenge)
	fmt.Println("choices:", asked.CanChoose)
	asked.Answer = types.ChallengeNameTypePasswordSrp
	asked.Password = password // proven, not sent
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// choices: [PASSWORD_SRP PASSWORD EMAIL_OTP]
	// signed in: alice
}

// Cognito asks for the password after the user preferred it.
func ExamplePassword() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypePassword})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.Password)
	asked.Password = password
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// As Password, but the password is proven and never sent.
func ExamplePasswordSRP() {
	_, client := demo(challengetest.User{}, challengetest.Config{})

	step, err := client.Start(ctx, challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypePasswordSrp})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.PasswordSRP)
	asked.Password = password
	step, err = client.Respond(ctx, asked)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output: signed in: alice
}

// A passkey. The browser's part, between RequestOptions and Credential, is
// played by a test double here.
func ExampleWebAuthn() {
	pool, client := demo(challengetest.User{}, challengetest.Config{})
	passkey, err := challengetest.NewPasskey(challengetest.ES256)
	if err != nil {
		log.Fatal(err)
	}
	if err := pool.RegisterPasskey("alice", passkey); err != nil {
		log.Fatal(err)
	}

	step, err := client.Start(ctx, challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypeWebAuthn})
	if err != nil {
		log.Fatal(err)
	}
	asked := step.(*challenge.WebAuthn)
	asked.Credential, err = passkey.Sign(asked.RequestOptions, "http://localhost:3000")
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

// Those who began an SRP exchange with a call of their own answer
// PASSWORD_VERIFIER by the client whose A they sent.
func ExamplePasswordVerifier() {
	began := srp.NewClient() // began.A() went to Cognito as SRP_A

	asked := &challenge.PasswordVerifier{
		Issued: challenge.Issued{Username: "alice"},
		PasswordClaim: challenge.PasswordClaim{
			Salt:        "8f3c2a1b",   // SALT
			B:           "0123abcdef", // SRP_B
			SecretBlock: challenge.NewSecret("b25seSB0aGUgc2VydmljZSByZWFkcyB0aGlz"),
		},
		UserIDForSRP: "alice",
	}
	if err := asked.Prove(began, "eu-west-1_AbCdEfGhI", password, time.Now()); err != nil {
		log.Fatal(err)
	}
	responses, err := asked.ChallengeResponses()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(challenge.NewParams(responses))
	// Output: [PASSWORD_CLAIM_SECRET_BLOCK PASSWORD_CLAIM_SIGNATURE TIMESTAMP USERNAME]
}

// A pool that remembers devices asks a known one for a proof in place of a
// second factor. Given the device, the client answers DEVICE_SRP_AUTH and
// DEVICE_PASSWORD_VERIFIER by itself.
func ExampleDevice() {
	pool, client := demo(challengetest.User{
		Attributes: map[string]string{"phone_number": "+15550100"},
		MFA:        []types.ChallengeNameType{types.ChallengeNameTypeSmsMfa},
	}, challengetest.Config{DeviceConfiguration: &types.DeviceConfigurationType{ChallengeRequiredOnNewDevice: true}})
	flow := challenge.UserSRP{Username: "alice", Password: password}

	// The first sign-in names a new device.
	tokens, err := client.SignIn(ctx, flow, func(_ context.Context, c challenge.Challenge, _ challenge.Attempt) error {
		fmt.Println("asked:", c.Name())
		c.(*challenge.SMSMFA).Code = received(pool)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	device, _, err := challenge.ConfirmDevice(ctx, pool.Client(), tokens, "laptop")
	if err != nil {
		log.Fatal(err)
	}
	stored := device.Encode() // keep it per user and app client

	// The next one asks nothing.
	device, err = challenge.ParseDevice(stored)
	if err != nil {
		log.Fatal(err)
	}
	step, err := client.Start(ctx, flow, func(o *challenge.CallOptions) { o.Device = &device })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in:", step.(*challenge.Tokens).Username)
	// Output:
	// asked: SMS_MFA
	// signed in: alice
}

// The answer to DEVICE_SRP_AUTH for those who make the calls themselves.
func ExampleDeviceSRPAuth() {
	asked := &challenge.DeviceSRPAuth{
		Issued: challenge.Issued{Username: "alice", DeviceKey: "eu-west-1_a1b2"},
		A:      srp.NewClient().A(), // keep the srp.Client for DEVICE_PASSWORD_VERIFIER
	}
	responses, err := asked.ChallengeResponses()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(challenge.NewParams(responses))
	// Output: [DEVICE_KEY SRP_A USERNAME]
}

// The answer to DEVICE_PASSWORD_VERIFIER for those who make the calls
// themselves.
func ExampleDevicePasswordVerifier() {
	began := srp.NewClient() // began.A() answered DEVICE_SRP_AUTH
	device := challenge.Device{
		DeviceKey: "eu-west-1_a1b2", DeviceGroupKey: "-c3d4",
		Password: challenge.NewSecret("the device's own"),
	}

	asked := &challenge.DevicePasswordVerifier{
		Issued: challenge.Issued{Username: "alice", DeviceKey: device.DeviceKey},
		PasswordClaim: challenge.PasswordClaim{
			Salt:        "8f3c2a1b",   // SALT
			B:           "0123abcdef", // SRP_B
			SecretBlock: challenge.NewSecret("b25seSB0aGUgc2VydmljZSByZWFkcyB0aGlz"),
		},
	}
	if err := asked.Prove(began, device, time.Now()); err != nil {
		log.Fatal(err)
	}
	responses, err := asked.ChallengeResponses()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(challenge.NewParams(responses))
	// Output: [DEVICE_KEY PASSWORD_CLAIM_SECRET_BLOCK PASSWORD_CLAIM_SIGNATURE TIMESTAMP USERNAME]
}

// The legacy challenge of the admin API, as a builder: Cognito was never seen
// to issue it.
func ExampleAdminNoSRPAuth() {
	config := challenge.Config{UserPoolID: "eu-west-1_AbCdEfGhI", ClientID: "demo"}
	in, err := config.AdminRespondInput(&challenge.AdminNoSRPAuth{
		Issued:   challenge.Issued{Username: "alice"},
		Password: password,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(in.ChallengeName, challenge.NewParams(in.ChallengeResponses))
	// Output: ADMIN_NO_SRP_AUTH [PASSWORD USERNAME]
}

// A challenge that Cognito has and this version does not know.
func ExampleUnknown() {
	asked := &challenge.Unknown{
		Issued:        challenge.Issued{Username: "alice", Session: challenge.NewSecret("AYAB…")},
		ChallengeName: "VOICE_OTP",
		Responses:     challenge.NewParams(map[string]string{"VOICE_OTP_CODE": "123456"}),
	}
	responses, err := asked.ChallengeResponses()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(asked.Name(), challenge.NewParams(responses))
	// Output: VOICE_OTP [USERNAME VOICE_OTP_CODE]
}
