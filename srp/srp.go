// Package srp is the client side of Amazon Cognito's variant of the Secure
// Remote Password protocol: with it a client proves that it knows a password,
// a user's or a device's, and neither sends it nor gives it away. The package
// makes no network call.
//
// Users of package challenge do not need this package; there, PASSWORD_VERIFIER
// and DEVICE_PASSWORD_VERIFIER are answered by it. It is for those who make the
// calls themselves.
//
// To sign in a user, send [Client.A] as SRP_A with InitiateAuth, turn the
// parameters of the challenge into a [Challenge], and send what [Client.Claim]
// returns with RespondToAuthChallenge. To register a device, send what
// [NewDevice] makes with ConfirmDevice, and keep its password; it signs in as a
// user does. Package srptest has the service's side, for tests.
//
// # The protocol
//
// It is SRP-6a as in RFC 5054, over the 3072-bit group of RFC 3526, section 4
// (group 15), with g = 2 and SHA-256; what is hashed, and how, is Cognito's own
// choice. AWS does not document it. The package computes what Amazon's own
// clients do, and is tested with known answers by one of them. Variables are
// named as in RFC 5054.
//
// What the service sends is checked before anything is computed from it. Hex
// and base64 must have nothing in them that does not belong there, base64 must
// have its padding; SALT may have 256 bytes, SRP_B 3072 bits, SECRET_BLOCK
// 131072 characters; B must be less than N and not zero.
//
// # Constant time
//
// The secrets are the ephemeral a, the password and the x that is made from
// it, the exponent a + ux, and S. In the arithmetic on them, which is this
// package's own and not that of math/big, no branch and no memory address
// depends on a secret, and the number of steps only on lengths that are fixed.
// Tests measure it on demand, see dudect_test.go.
//
// These are not constant time, and can't be or need not be:
//
//   - Hashing takes time by the length of its input. That may show how many
//     blocks of 64 bytes a password has, and whether S begins with a one, or
//     with a zero byte: Cognito hashes it without leading zeros, but S is
//     another number in every sign-in.
//   - NewDevice writes the new device's password and verifier in base64 by
//     encoding/base64, which has a table.
//   - What was or will be sent in the clear, such as SRP_A, the parameters of
//     a challenge, and u, is parsed, checked and formatted as is convenient.
//
// Secrets are not wiped from memory, which Go can't guarantee.
//
// # Cost
//
// A sign-in takes two milliseconds or less on a server of 2023, most of it for
// one exponentiation, and 29 allocations of 3.5 KB together. The first in a
// process takes up to twice as long, for tables of 156 KiB that are then kept.
package srp

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// A Client is the client's side of one sign-in: the ephemeral pair of a secret
// a and the public A = g^a mod N.
//
// Use a new Client for every sign-in. A Client is immutable: several goroutines
// may use it, and it may answer a challenge twice, as it must when the service
// has forgotten a device. Its secret is where neither fmt nor an encoder finds
// it.
//
// The zero Client has no secret; its A is empty, and its Claim fails with
// [ErrNoClient].
type Client exchange.Client

// Client and Device are defined by types of an internal package so that srptest
// can convert to them what has a chosen secret.

// secretSize is the length of a secret in bytes.
const secretSize = 32

// NewClient returns a Client with a new secret of 256 random bits. RFC 5054,
// section 2.5.4, asks for no less, and more would not make it stronger: the
// group has a strength of 128 bits, of which a secret needs twice as many.
func NewClient() *Client {
	a := make([]byte, secretSize)
	rand.Read(a) // never fails
	return (*Client)(exchange.NewClient(a))
}

// Resume returns the Client whose [Client.Secret] is a, for a process that
// finishes the sign-in which another one began. It keeps no reference to a.
//
// The error is a [*ParamError] whose Key is a. It unwraps to [ErrSecret] if a is
// not 32 bytes long, or zero.
func Resume(a []byte) (*Client, error) {
	if len(a) != secretSize || subtle.ConstantTimeCompare(a, make([]byte, secretSize)) == 1 {
		return nil, &ParamError{"a", ErrSecret}
	}
	return (*Client)(exchange.NewClient(bytes.Clone(a))), nil
}

// Secret returns a copy of the secret a, 32 big-endian bytes, to be handed to
// [Resume]. It is nil for the zero Client.
//
// Few need it, because a Client that lives as long as the sign-in needs no
// copy. Who has it, and has seen the exchange, can try passwords: keep it as
// one, and forget it when the sign-in is over.
func (c *Client) Secret() []byte { return bytes.Clone((*exchange.Client)(c).Secret()) }

// A returns SRP_A, with which a sign-in begins and DEVICE_SRP_AUTH is answered:
// A in lower-case hex without leading zeros, 768 digits at most.
func (c *Client) A() string {
	var digits [2 * modp.Size]byte
	n := hex.Encode(digits[:], (*exchange.Client)(c).A())
	return string(bytes.TrimLeft(digits[:n], "0"))
}

// A Challenge is what the service sent with PASSWORD_VERIFIER or
// DEVICE_PASSWORD_VERIFIER, and whom it is about. No field may be empty.
type Challenge struct {
	// Scope is the pool's name for a user, see [PoolName], and the
	// DeviceGroupKey, whole, for a device.
	Scope string

	// Identity is USER_ID_FOR_SRP for a user, which is not what was typed if
	// that was an alias, and the DeviceKey for a device. RFC 5054 calls it I.
	Identity string

	// Salt is SALT as sent: hex, with any number of digits, because the service
	// drops leading zeros. RFC 5054 calls it s.
	Salt string

	// B is SRP_B as sent: hex.
	B string

	// SecretBlock is SECRET_BLOCK as sent: standard base64. It also goes back,
	// unchanged, as PASSWORD_CLAIM_SECRET_BLOCK.
	SecretBlock string
}

// Claim answers a PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER challenge. It
// returns PASSWORD_CLAIM_SIGNATURE, which proves the password, and TIMESTAMP,
// which is signed too and says at: now, by a clock that is right.
//
// The error is a [*ParamError] or [ErrNoClient]. Key is SALT, SRP_B or
// SECRET_BLOCK if the service sent something unusable; the sign-in must begin
// anew then. Otherwise it is the name of a field or an argument that is empty.
// A wrong password is not an error: that is for the service to find out, and to
// answer with NotAuthorizedException.
func (c *Client) Claim(ch Challenge, password string, at time.Time) (signature, timestamp string, err error) {
	if (*exchange.Client)(c).A() == nil {
		return "", "", ErrNoClient
	}
	for _, p := range [...]struct{ key, value string }{
		{"Scope", ch.Scope},
		{"Identity", ch.Identity},
		{"password", password},
	} {
		if p.value == "" {
			return "", "", &ParamError{p.key, ErrEmpty}
		}
	}
	var saltBuf [exchange.MaxSalt]byte
	salt, err := exchange.ParseHex(saltBuf[:], ch.Salt)
	if err != nil {
		return "", "", &ParamError{"SALT", err}
	}
	var bufB [modp.Size]byte
	B, err := exchange.ParseHex(bufB[:], ch.B)
	if err != nil {
		return "", "", &ParamError{"SRP_B", err}
	}
	timestamp = Timestamp(at)
	message, err := exchange.Message(ch.Scope, ch.Identity, ch.SecretBlock, timestamp)
	if err != nil {
		return "", "", &ParamError{"SECRET_BLOCK", err}
	}
	x := exchange.X(ch.Scope, ch.Identity, password, salt)
	key, err := (*exchange.Client)(c).Key(x, B)
	if err != nil {
		return "", "", &ParamError{"SRP_B", err}
	}
	var buf [44]byte // base64 of 32 bytes
	base64.StdEncoding.Encode(buf[:], exchange.Sign(key, message))
	return string(buf[:]), timestamp, nil
}

// PoolName returns the part of a user pool's ID after "_", "AbCdEfGhI" for
// "eu-west-1_AbCdEfGhI". It is the scope of the pool's users.
//
// The error is a [*ParamError] that unwraps to [ErrPoolID].
func PoolName(userPoolID string) (string, error) {
	region, name, _ := strings.Cut(userPoolID, "_")
	if region == "" || name == "" || strings.Contains(name, "_") {
		return "", &ParamError{"userPoolID", ErrPoolID}
	}
	return name, nil
}

// Timestamp returns t in the form of TIMESTAMP, such as
// "Mon Jan 2 15:04:05 UTC 2006": English names, a day without padding, 24
// hours, UTC. The service takes no other.
func Timestamp(t time.Time) string {
	return t.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
}
