package srptest_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// A test double of the service, reduced to what it needs of this package.
func Example() {
	// When a user is created, the double keeps a salt and a verifier.
	const salt = "8f3c2a1b00ff00ff7e5d4c3b2a190807"
	verifier, err := srptest.Verifier("AbCdEfGhI", "alice", "Passw0rd!", salt)
	if err != nil {
		fmt.Println(err)
		return
	}

	// When the user signs in, it issues a challenge.
	server, err := srptest.NewServer(verifier)
	if err != nil {
		fmt.Println(err)
		return
	}
	ch := srp.Challenge{
		Scope:       "AbCdEfGhI",
		Identity:    "alice",
		Salt:        salt,
		B:           server.B(),
		SecretBlock: "c2VjcmV0IGJsb2Nr",
	}

	// When the answer arrives, it checks it.
	for _, password := range []string{"Passw0rd!", "letmein"} {
		client := srp.NewClient()
		signature, timestamp, err := client.Claim(ch, password, time.Now())
		if err != nil {
			fmt.Println(err)
			return
		}
		err = server.Verify(client.A(), ch, timestamp, signature)
		fmt.Println(password, err == nil, errors.Is(err, srptest.ErrProof))
	}
	// Output:
	// Passw0rd! true false
	// letmein false true
}

// In a test, t is the test's own.
func ExampleNewClient() {
	var t exampleTB
	client := srptest.NewClient(t, []byte{10})
	fmt.Println(client.A()) // 2^10
	// Output: 400
}

// exampleTB stands in for the *testing.T that an example does not have.
type exampleTB struct{ testing.TB }

func (exampleTB) Helper() {}
