package srp_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// vectors are known answers by Amazon's browser client.
type vectors struct {
	Source string `json:"source"`
	Seed   string `json:"seed"`

	PasswordClaims []claimVector `json:"password_claims"`

	DeviceVerifiers []struct {
		GroupKey  string `json:"device_group_key"`
		DeviceKey string `json:"device_key"`
		Password  string `json:"device_password"`
		Salt      string `json:"salt"`
		Verifier  string `json:"verifier"`
		Config    struct {
			Salt             string
			PasswordVerifier string
		} `json:"config"`
	} `json:"device_verifiers"`
}

type claimVector struct {
	Name        string `json:"name"`
	PoolName    string `json:"pool_name"`
	UserID      string `json:"user_id_for_srp"`
	Password    string `json:"password"`
	SecretA     string `json:"a"`
	PublicA     string `json:"A"`
	SecretB     string `json:"b"`
	PublicB     string `json:"B"`
	Salt        string `json:"salt"`
	Verifier    string `json:"verifier"`
	SecretBlock string `json:"secret_block"`
	Timestamp   string `json:"timestamp"`
	Key         string `json:"key"`
	Signature   string `json:"signature"`
}

func (v claimVector) challenge() srp.Challenge {
	return srp.Challenge{
		Scope:       v.PoolName,
		Identity:    v.UserID,
		Salt:        v.Salt,
		B:           v.PublicB,
		SecretBlock: v.SecretBlock,
	}
}

func (v claimVector) time(t testing.TB) time.Time {
	t.Helper()
	at, err := time.Parse("Mon Jan _2 15:04:05 MST 2006", v.Timestamp)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// readVectors fails the test if there are none.
func readVectors(t testing.TB) vectors {
	t.Helper()
	f, err := os.Open("testdata/srp.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.DisallowUnknownFields()
	var v vectors
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	if len(v.PasswordClaims) < 20 || len(v.DeviceVerifiers) < 5 {
		t.Fatalf("testdata has %d claims and %d devices, expected 20 and 5 at least",
			len(v.PasswordClaims), len(v.DeviceVerifiers))
	}
	return v
}

// unhex decodes digits that may be odd in number.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	if len(s)%2 == 1 {
		s = "0" + s
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPasswordClaimVectors(t *testing.T) {
	for _, v := range readVectors(t).PasswordClaims {
		t.Run(v.Name, func(t *testing.T) {
			client := srptest.NewClient(t, unhex(t, v.SecretA))
			if got := client.A(); got != v.PublicA {
				t.Errorf("A = %s, want %s", got, v.PublicA)
			}
			signature, timestamp, err := client.Claim(v.challenge(), v.Password, v.time(t))
			if err != nil {
				t.Fatal(err)
			}
			if timestamp != v.Timestamp {
				t.Errorf("timestamp = %q, want %q", timestamp, v.Timestamp)
			}
			if signature != v.Signature {
				t.Errorf("signature = %s, want %s", signature, v.Signature)
			}
		})
	}
}

// TestKeyVectors looks at the key, so that a wrong one can be told from a wrong
// message.
func TestKeyVectors(t *testing.T) {
	for _, v := range readVectors(t).PasswordClaims {
		t.Run(v.Name, func(t *testing.T) {
			x := exchange.X(v.PoolName, v.UserID, v.Password, unhex(t, v.Salt))
			key, err := exchange.NewClient(unhex(t, v.SecretA)).Key(x, unhex(t, v.PublicB))
			if err != nil {
				t.Fatal(err)
			}
			if got := hex.EncodeToString(key); got != v.Key {
				t.Errorf("key = %s, want %s", got, v.Key)
			}
		})
	}
}

func TestServerVectors(t *testing.T) {
	for _, v := range readVectors(t).PasswordClaims {
		t.Run(v.Name, func(t *testing.T) {
			verifier, err := srptest.Verifier(v.PoolName, v.UserID, v.Password, v.Salt)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]byte, modp.Size)
			copy(want[modp.Size-len(unhex(t, v.Verifier)):], unhex(t, v.Verifier))
			if string(verifier) != string(want) {
				t.Errorf("verifier = %x, want %x", verifier, want)
			}
			server, err := srptest.NewFixedServer(t, verifier, unhex(t, v.SecretB))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := server.B(), strings.Repeat("0", 768-len(v.PublicB))+v.PublicB; got != want {
				t.Errorf("B = %s, want %s", got, want)
			}
			if err := server.Verify(v.PublicA, v.challenge(), v.Timestamp, v.Signature); err != nil {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

func TestDeviceVectors(t *testing.T) {
	for _, v := range readVectors(t).DeviceVerifiers {
		t.Run(v.DeviceKey, func(t *testing.T) {
			d, err := srptest.FixedDevice(t, v.GroupKey, v.DeviceKey, v.Password, v.Salt)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Password(); got != v.Password {
				t.Errorf("password = %s, want %s", got, v.Password)
			}
			if got := d.Salt(); got != v.Config.Salt {
				t.Errorf("salt = %s, want %s", got, v.Config.Salt)
			}
			if got := d.Verifier(); got != v.Config.PasswordVerifier {
				t.Errorf("verifier = %s, want %s", got, v.Config.PasswordVerifier)
			}
			if got := base64.StdEncoding.EncodeToString(unhex(t, v.Verifier)); got != v.Config.PasswordVerifier {
				t.Errorf("the vector disagrees with itself: verifier %s", v.Verifier)
			}
		})
	}
}
