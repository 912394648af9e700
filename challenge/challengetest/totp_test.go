package challengetest_test

import (
	"encoding/base32"
	"strings"
	"testing"
	"time"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

// TestTOTP are the SHA-1 vectors of RFC 6238, appendix B, of whose eight
// digits Cognito shows the last six.
func TestTOTP(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for seconds, want := range map[int64]string{
		59:          "94287082",
		1111111109:  "07081804",
		1111111111:  "14050471",
		1234567890:  "89005924",
		2000000000:  "69279037",
		20000000000: "65353130",
	} {
		for _, spelling := range []string{secret, strings.ToLower(secret), strings.TrimRight(secret, "="), secret[:4] + " " + secret[4:]} {
			got, err := challengetest.TOTP(challenge.NewSecret(spelling), time.Unix(seconds, 0))
			if err != nil || got.Reveal() != want[2:] {
				t.Errorf("at %d: got %q, %v, want %q", seconds, got.Reveal(), err, want[2:])
			}
		}
	}
}

func TestTOTPRefusesWithoutRepeating(t *testing.T) {
	for _, secret := range []string{"", "0189-marked", "====", "MARKED!"} {
		code, err := challengetest.TOTP(challenge.NewSecret(secret), time.Now())
		if err == nil || !code.IsZero() {
			t.Errorf("%q is accepted", secret)
		} else if strings.Contains(strings.ToLower(err.Error()), "marked") {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
}

func TestTOTPCodeNeedsAToken(t *testing.T) {
	p := newPool(t, challengetest.Config{Users: alice()})
	for _, username := range []string{"alice", "bob"} {
		if code, err := p.TOTPCode(username); err == nil || !code.IsZero() {
			t.Errorf("a code for %s", username)
		}
	}
}

// FuzzTOTP: of whatever is no secret in base32, nothing is told; the code of one
// is the same however people type it.
func FuzzTOTP(f *testing.F) {
	for _, seed := range []string{"GEZDGNBVGY3TQOJQ", "gezd gnbv", "GEZDGNBV======", "A", "", "0189"} {
		f.Add(seed, int64(59))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		at := time.Unix(seconds, 0)
		code, err := challengetest.TOTP(challenge.NewSecret(text), at)
		if err != nil {
			if !code.IsZero() || len(text) > 9 && strings.Contains(err.Error(), text) {
				t.Fatalf("tells something: %v", err)
			}
			return
		}
		if len(code.Reveal()) != 6 || strings.Trim(code.Reveal(), "0123456789") != "" {
			t.Fatalf("got %q", code.Reveal())
		}
		again, err := challengetest.TOTP(challenge.NewSecret(strings.ToLower(text)+" "), at)
		if err != nil || !again.Equal(code) {
			t.Fatalf("in lower case: %v", err)
		}
	})
}
