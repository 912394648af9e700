package srp_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// A sign-in with USER_SRP_AUTH. Here, a server of package srptest plays the
// service; otherwise the two maps go through InitiateAuth and
// RespondToAuthChallenge.
func Example() {
	password := "Passw0rd!" // never a constant; it comes from the user

	// The client begins.
	client := srp.NewClient()
	authParameters := map[string]string{
		"USERNAME": "alice@example.com",
		"SRP_A":    client.A(),
	}

	// The service knows the user under another name, and the verifier of the
	// password, not the password.
	const salt = "8f3c2a1b00ff00ff7e5d4c3b2a190807"
	verifier, err := srptest.Verifier("AbCdEfGhI", "alice", "Passw0rd!", salt)
	if err != nil {
		log.Fatal(err)
	}
	server, err := srptest.NewServer(verifier)
	if err != nil {
		log.Fatal(err)
	}
	challengeParameters := map[string]string{
		"USER_ID_FOR_SRP": "alice",
		"SALT":            salt,
		"SRP_B":           server.B(),
		"SECRET_BLOCK":    "b25seSB0aGUgc2VydmljZSByZWFkcyB0aGlz",
	}

	// The client answers PASSWORD_VERIFIER.
	poolName, err := srp.PoolName("eu-west-1_AbCdEfGhI")
	if err != nil {
		log.Fatal(err)
	}
	ch := srp.Challenge{
		Scope:       poolName,
		Identity:    challengeParameters["USER_ID_FOR_SRP"],
		Salt:        challengeParameters["SALT"],
		B:           challengeParameters["SRP_B"],
		SecretBlock: challengeParameters["SECRET_BLOCK"],
	}
	signature, timestamp, err := client.Claim(ch, password, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	challengeResponses := map[string]string{
		"USERNAME":                    challengeParameters["USER_ID_FOR_SRP"],
		"PASSWORD_CLAIM_SECRET_BLOCK": challengeParameters["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE":    signature,
		"TIMESTAMP":                   timestamp,
	}

	// The service checks the answer.
	err = server.Verify(authParameters["SRP_A"], ch,
		challengeResponses["TIMESTAMP"], challengeResponses["PASSWORD_CLAIM_SIGNATURE"])
	fmt.Println("signed in:", err == nil)
	// Output: signed in: true
}

// A process that ends before the challenge comes hands its secret to the next.
func ExampleResume() {
	client := srp.NewClient()
	a := client.Secret() // keep it as if it were the password

	resumed, err := srp.Resume(a)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resumed.A() == client.A())
	// Output: true
}

// What to send to ConfirmDevice, so that the device may sign in later.
func ExampleNewDevice() {
	// NewDeviceMetadata of an AuthenticationResult has the two keys.
	const (
		groupKey  = "-v7w9UcY6"
		deviceKey = "eu-west-1_f256d086-cf06-28a1-55fc-1271336213f3"
	)
	device, err := srp.NewDevice(groupKey, deviceKey)
	if err != nil {
		log.Fatal(err)
	}
	deviceSecretVerifierConfig := map[string]string{
		"Salt":             device.Salt(),
		"PasswordVerifier": device.Verifier(),
	}
	stored := []string{groupKey, deviceKey, device.Password()}

	fmt.Println(len(deviceSecretVerifierConfig), "to send,", len(stored), "to store")
	// Output:
	// 2 to send, 3 to store
}

func ExampleParamError() {
	ch := srp.Challenge{
		Scope:       "AbCdEfGhI",
		Identity:    "alice",
		Salt:        "not a number",
		B:           "2",
		SecretBlock: "AQID",
	}
	_, _, err := srp.NewClient().Claim(ch, "Passw0rd!", time.Now())
	var p *srp.ParamError
	if errors.As(err, &p) {
		fmt.Println(p.Key, errors.Is(err, srp.ErrNotHex))
	}
	fmt.Println(err)
	// Output:
	// SALT true
	// srp: SALT: not hexadecimal
}

func ExamplePoolName() {
	name, err := srp.PoolName("eu-west-1_AbCdEfGhI")
	fmt.Println(name, err)
	// Output: AbCdEfGhI <nil>
}

func ExampleTimestamp() {
	rome := time.FixedZone("CET", 3600)
	fmt.Println(srp.Timestamp(time.Date(2026, time.November, 3, 1, 2, 3, 0, rome)))
	// Output: Tue Nov 3 00:02:03 UTC 2026
}
