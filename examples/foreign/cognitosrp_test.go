package foreign

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// newSDK returns the SDK's client of a foreign server.
func newSDK(endpoint string) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(endpoint),
	})
}

// newClient returns the library's client, which takes the time from now.
func newClient(t *testing.T, sdk *cognitoidentityprovider.Client, userPoolID string, now func() time.Time) *challenge.Client {
	t.Helper()
	client, err := challenge.New(challenge.Config{
		UserPoolID: userPoolID,
		ClientID:   challengetest.DefaultClientID,
		Transport:  challenge.Public(sdk),
		Now:        now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// A proof is what the server says of a proof that it has verified.
type proof struct {
	Challenge string
	Time      time.Time
	Bug       []string
}

// proofs returns what the server has verified since the last time.
func proofs(t *testing.T, endpoint string) (all []proof) {
	t.Helper()
	response, err := http.Get(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// The server hashes some numbers with a zero byte too many, one in 512 of each
// kind. It tells when it did: just these proofs must fail.
func TestCognitoSRP(t *testing.T) {
	t.Parallel()
	server := startNode(t, ".", nil, "cognitosrp.mjs")
	type user struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	var users []user
	for range many {
		users = append(users, user{randomText(), randomText()})
	}
	server.send(t, map[string]any{"userPoolId": challengetest.DefaultUserPoolID, "users": users})
	var listening struct{ Endpoint string }
	server.receive(t, &listening)

	sdk := newSDK(listening.Endpoint)
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.FixedZone("", -5*60*60))
	client := newClient(t, sdk, challengetest.DefaultUserPoolID, func() time.Time { return now })

	signIns, refused, excused := 0, 0, 0
	// signIn signs in and reports whether it worked. It must work just if it
	// should, and the server must have verified these challenges.
	signIn := func(should bool, u user, device *challenge.Device, want ...string) *challenge.Tokens {
		t.Helper()
		now = now.Add(7*time.Hour + 59*time.Second)
		step, err := client.Start(t.Context(),
			challenge.UserSRP{Username: u.Username, Password: challenge.NewSecret(u.Password)},
			func(o *challenge.CallOptions) { o.Device = device })
		tokens, ok := step.(*challenge.Tokens)

		var got []string
		for _, p := range proofs(t, listening.Endpoint) {
			got = append(got, p.Challenge)
			if !p.Time.Equal(now) {
				t.Errorf("the server read the time %v, want %v", p.Time, now)
			}
			if len(p.Bug) > 0 {
				excused++
				if ok {
					t.Errorf("%q signed in, so the library keeps a zero byte of %v as well", u.Username, p.Bug)
				}
				return nil
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%q: the server verified %v, want %v", u.Username, got, want)
		}
		switch {
		case ok && should:
			signIns++
		case !ok && !should && errors.Is(err, challenge.BadCredentials):
			refused++
		default:
			t.Errorf("%q with the password %q: got %T and %v, want tokens: %t", u.Username, u.Password, step, err, should)
		}
		return tokens
	}

	for i, u := range users {
		tokens := signIn(true, u, nil, "PASSWORD_VERIFIER")
		if i%8 == 0 {
			signIn(false, user{u.Username, u.Password + "x"}, nil, "PASSWORD_VERIFIER")
		}
		if i%2 == 0 || tokens == nil {
			continue
		}
		device, _, err := challenge.ConfirmDevice(t.Context(), sdk, tokens, "a test")
		if err != nil {
			t.Errorf("%q: %v", u.Username, err)
			continue
		}
		signIn(true, u, &device, "PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER")
		if i%8 == 1 {
			device.Password = challenge.NewSecret("wrong")
			signIn(false, u, &device, "PASSWORD_VERIFIER", "DEVICE_PASSWORD_VERIFIER")
		}
	}
	t.Logf("%d sign-ins, %d refusals of a wrong password, %d failures by the server's own bug", signIns, refused, excused)
}
