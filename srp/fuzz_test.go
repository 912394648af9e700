package srp_test

import (
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// FuzzClaim passes anything as a challenge. A claim agrees with the reference,
// or an error says why there is none and does not repeat what it was given.
func FuzzClaim(f *testing.F) {
	for _, v := range readVectors(f).PasswordClaims {
		f.Add(v.PoolName, v.UserID, v.Password, v.Salt, v.PublicB, v.SecretBlock, unhex(f, v.SecretA), v.time(f).Unix())
	}
	N := new(big.Int).SetBytes(modp.N()).Text(16)
	for _, B := range []string{"", "0", "1", "-1", "0x1", N, N + "0", N[:767] + "e", "z", strings.Repeat("f", 769)} {
		f.Add("pool", "alice", "Passw0rd!", "00ff", B, "AA==", []byte{1}, int64(0))
	}
	for _, block := range []string{"", "A", "AA", "AA==\n", "!!!!", "AB=="} {
		f.Add("pool", "alice", "Passw0rd!", "1", "1", block, []byte{0}, int64(-1))
	}
	f.Add("", "", "", "", "", "", []byte{0}, int64(1<<62))
	f.Fuzz(func(t *testing.T, scope, identity, password, salt, B, block string, a []byte, unix int64) {
		if len(a) == 0 || len(a) > 128 {
			return // srptest.NewClient wants 1 to 384 bytes; 128 are slow enough
		}
		ch := srp.Challenge{Scope: scope, Identity: identity, Salt: salt, B: B, SecretBlock: block}
		client := srptest.NewClient(t, a)
		signature, timestamp, err := client.Claim(ch, password, time.Unix(unix, 0))
		if err != nil {
			if signature != "" || timestamp != "" {
				t.Errorf("Claim = %q, %q, %v", signature, timestamp, err)
			}
			var p *srp.ParamError
			if !errors.As(err, &p) {
				t.Fatalf("error %v is no ParamError", err)
			}
			for _, s := range []string{scope, identity, password, salt, B, block} {
				if len(s) > 20 && strings.Contains(err.Error(), s) {
					t.Errorf("error repeats %q", s)
				}
			}
			return
		}
		if b, err := base64.StdEncoding.DecodeString(signature); len(b) != 32 || err != nil {
			t.Errorf("signature = %q", signature)
		}
		ref := newReference(new(big.Int).SetBytes(a))
		if want := ref.claim(t, ch, password, timestamp); signature != want {
			t.Errorf("signature = %s, want %s", signature, want)
		}
	})
}
