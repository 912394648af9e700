// Package exchange is Cognito's SRP itself: what the client in package srp and
// the server in package srptest must compute alike.
//
// It follows RFC 5054, section 2, and keeps its names: I is the identity, P
// the password, s the salt, a and A, b and B the ephemeral pairs, v the
// verifier; k, u, x and S are what they are there. Cognito differs from the
// RFC in these points:
//
//   - The hash is SHA-256, and the group of 3072 bits has g = 2 instead of 5.
//   - Integers are hashed as [AppendInt] says, not padded to the length of N;
//     for k that makes H(00 | N | 02).
//   - x also covers a scope, which is the pool's name for a user and the group
//     key for a device: x = H(s | H(scope | I | ":" | P)).
//   - The proof is an HMAC over a message, with a key that HKDF derives from S
//     and u.
//
// AWS documents none of this. It is what Amazon's own clients compute as of
// November 2026; srp/testdata has known answers by the one for browsers,
// amazon-cognito-identity-js 6.3.21.
package exchange

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"

	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// k is the multiplier, H(N | g).
var k = func() *modp.Element {
	h := sha256.Sum256(append(AppendInt(nil, modp.N()), 2))
	k := new(modp.Element)
	k.SetBytes(h[:])
	return k
}()

// X returns x, the exponent that stands for the password.
//
// SHA-256 takes a time that depends on the length of its input, in steps of 64
// bytes. That much of the password's length may show.
func X(scope, I, P string, s []byte) [32]byte {
	var buf [512]byte
	msg := append(buf[:0], scope...)
	msg = append(msg, I...)
	msg = append(msg, ':')
	msg = append(msg, P...)
	h := sha256.Sum256(msg)
	msg = AppendInt(buf[:0], s)
	msg = append(msg, h[:]...)
	return sha256.Sum256(msg)
}

// Verifier returns v = g^x.
func Verifier(x [32]byte) *modp.Element {
	return new(modp.Element).ExpG(x[:])
}

// ServerPublic returns B = kv + g^b.
func ServerPublic(v *modp.Element, b []byte) *modp.Element {
	var B, kv modp.Element
	return B.Add(B.ExpG(b), kv.Mul(k, v))
}

// U returns u, the scrambling parameter, for A and B as big-endian integers.
func U(A, B []byte) ([32]byte, error) {
	var buf [2 * (1 + modp.Size)]byte
	msg := AppendInt(buf[:0], A)
	msg = AppendInt(msg, B)
	return nonzero(sha256.Sum256(msg))
}

// nonzero returns u, or ErrZeroU if it is 0: the password would have no part
// in S. RFC 5054 does without this check, the description of SRP-6 by Wu
// (2002), section 4, has it.
func nonzero(u [32]byte) ([32]byte, error) {
	if u == ([32]byte{}) {
		return u, ErrZeroU
	}
	return u, nil
}

// Key derives the key of the proof from S.
//
// How many bytes S has when it is hashed, 385 or 384 by its top bit, rarely
// fewer, is up to its value, and HKDF may take a different time for each. It
// is Cognito's definition; S is another in every exchange.
func Key(S *modp.Element, u [32]byte) []byte {
	ikm := S.Bytes()
	buf := AppendInt(make([]byte, 0, 1+len(ikm)+1+len(u)), ikm[:])
	secret := len(buf)
	buf = AppendInt(buf, u[:])
	key, err := hkdf.Key(sha256.New, buf[:secret], buf[secret:], "Caldera Derived Key", 16)
	if err != nil {
		panic(err) // unreachable: HKDF-SHA256 gives up to 8160 bytes
	}
	return key
}

// Sign returns the proof, PASSWORD_CLAIM_SIGNATURE, of message by key. It takes
// the message's place.
func Sign(key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	return mac.Sum(message[:0])
}
