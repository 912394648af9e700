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
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

type vectors struct {
	Source         string `json:"source"`
	Seed           string `json:"seed"`
	PasswordClaims []struct {
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
	} `json:"password_claims"`
	Devices []struct {
		GroupKey  string `json:"device_group_key"`
		DeviceKey string `json:"device_key"`
		Password  string `json:"device_password"`
		Salt      string `json:"salt"`
		Verifier  string `json:"verifier"`
		Config    struct{ Salt, PasswordVerifier string }
	} `json:"device_verifiers"`
}

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
	if len(v.PasswordClaims) == 0 || len(v.Devices) == 0 {
		t.Fatal("no vectors")
	}
	return v
}

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

func TestVectors(t *testing.T) {
	v := readVectors(t)
	for _, c := range v.PasswordClaims {
		client := srptest.NewClient(t, unhex(t, c.SecretA))
		if got := client.A(); got != strings.TrimLeft(c.PublicA, "0") {
			t.Errorf("A = %s", got)
		}
		ch := srp.Challenge{Scope: c.PoolName, Identity: c.UserID, Salt: c.Salt, B: c.PublicB, SecretBlock: c.SecretBlock}
		at, err := time.Parse("Mon Jan 2 15:04:05 MST 2006", c.Timestamp)
		if err != nil {
			t.Fatal(err)
		}
		sig, ts, err := client.Claim(ch, c.Password, at)
		if err != nil || ts != c.Timestamp || sig != c.Signature {
			t.Errorf("%s: %s %s %v", c.Name, sig, ts, err)
		}
		s, err := srptest.NewFixedServer(t, unhex(t, c.Verifier), unhex(t, c.SecretB))
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimLeft(s.B(), "0") != strings.TrimLeft(c.PublicB, "0") {
			t.Errorf("B = %s", s.B())
		}
		if err := s.Verify(client.A(), ch, ts, sig); err != nil {
			t.Error(err)
		}
	}
	for _, c := range v.Devices {
		d, err := srptest.FixedDevice(t, c.GroupKey, c.DeviceKey, c.Password, c.Salt)
		if err != nil {
			t.Fatal(err)
		}
		if d.Salt() != c.Config.Salt || d.Verifier() != c.Config.PasswordVerifier || d.Password() != c.Password {
			t.Errorf("%s: %s %s", c.DeviceKey, d.Salt(), d.Verifier())
		}
		_ = base64.StdEncoding
	}
}

func BenchmarkSignIn(b *testing.B) {
	v := readVectors(b).PasswordClaims[0]
	ch := srp.Challenge{Scope: v.PoolName, Identity: v.UserID, Salt: v.Salt, B: v.PublicB, SecretBlock: v.SecretBlock}
	for b.Loop() {
		c := srp.NewClient()
		_ = c.A()
		if _, _, err := c.Claim(ch, v.Password, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
