package challengetest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cognito-go/cognitoauth/challenge"
)

// TOTP returns the code that an authenticator app with this secret, the base32
// text of SecretCode, shows at a time: RFC 6238 with SHA-1, 30 seconds and 6
// digits, the only variant that Cognito has. The secret may be in either case,
// with spaces and with padding, as people type it. The error says that it is no
// base32, and does not repeat it.
func TOTP(secret challenge.Secret, at time.Time) (challenge.Secret, error) {
	key, err := decodeTOTPSecret(secret)
	if err != nil {
		return challenge.Secret{}, err
	}
	return challenge.NewSecret(totp(key, step(at))), nil
}

var totpEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// decodeTOTPSecret accepts what people type: in either case, with spaces and
// with padding.
func decodeTOTPSecret(secret challenge.Secret) ([]byte, error) {
	text := strings.ToUpper(strings.ReplaceAll(secret.Reveal(), " ", ""))
	key, err := totpEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(key) == 0 {
		return nil, errors.New("challengetest: the secret of a software token must be base32") // not what it is
	}
	return key, nil
}

// step returns the time step T of RFC 6238, section 4.2.
func step(t time.Time) int64 { return t.Unix() / 30 }

// totp is HOTP of RFC 4226, section 5.3, with the time step as its counter.
func totp(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", number%1_000_000)
}
