// Package srptest is the server's side of package srp, for tests: [Verifier]
// and [Server] do what the service does, [NewClient], [NewFixedServer] and
// [FixedDevice] fix what is otherwise random, for known answers.
//
// It is for test doubles such as the user pool of package challengetest, and
// for them it is complete: a Server accepts a proof if and only if everything
// that goes into it is right. It does not know what is around the proof, such
// as how old a timestamp may be, or which secret block belongs to which
// session.
//
// Its arithmetic is that of package srp, so that a Server takes about as long
// as a client.
package srptest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

var (
	// ErrProof means that a signature is not the one that the password makes:
	// the password or something else that is signed differs.
	ErrProof = errors.New("srptest: wrong proof")

	// ErrZeroA means that A is zero modulo N: anyone could claim to know any
	// password.
	ErrZeroA = errors.New("srptest: zero modulo the group's prime")
)

// Verifier returns the verifier v = g^x mod N of a password, 384 big-endian
// bytes, for a salt as it is sent in SALT, in hex. Scope and identity are as
// in [srp.Challenge].
//
// The error is a [*srp.ParamError] whose Key is SALT.
func Verifier(scope, identity, password, salt string) ([]byte, error) {
	s, err := parseSalt(salt)
	if err != nil {
		return nil, err
	}
	v := exchange.Verifier(exchange.X(scope, identity, password, s)).Bytes()
	return v[:], nil
}

// A Server is the server's side of one sign-in. It does not change, and
// several goroutines may use it.
type Server struct {
	// As in a client, closures keep the secrets from being printed.
	b      func() []byte
	v      func() *modp.Element
	public [modp.Size]byte
}

// NewServer returns a Server with a new ephemeral pair, for a verifier as
// [Verifier] makes it or as ConfirmDevice receives it: a big-endian integer,
// with or without leading zeros.
//
// The error is a [*srp.ParamError] whose Key is verifier, and unwraps to
// [srp.ErrRange]: a verifier is greater than 0 and less than N.
func NewServer(verifier []byte) (*Server, error) {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return newServer(verifier, b)
}

func newServer(verifier, b []byte) (*Server, error) {
	v := new(modp.Element)
	if !v.SetBytes(bytes.TrimLeft(verifier, "\x00")) || v.IsZero() {
		return nil, &srp.ParamError{Key: "verifier", Err: srp.ErrRange}
	}
	return &Server{
		b:      func() []byte { return b },
		v:      func() *modp.Element { return v },
		public: exchange.ServerPublic(v, b).Bytes(),
	}, nil
}

// B returns SRP_B, 768 lower-case hex digits, as the service sends it.
func (s *Server) B() string { return hex.EncodeToString(s.public[:]) }

// Verify checks a claim, which consists of timestamp and signature, TIMESTAMP
// and PASSWORD_CLAIM_SIGNATURE, by the client that sent a as SRP_A. Of the
// challenge it takes Scope, Identity and SecretBlock; Salt is in the verifier,
// and B is the Server's own.
//
// It returns nil if the claim is right, [ErrProof] if it is wrong, and a
// [*srp.ParamError] if something can't be read, where Key is SRP_A,
// SECRET_BLOCK or PASSWORD_CLAIM_SIGNATURE. If A is zero modulo N, that
// unwraps to [ErrZeroA].
func (s *Server) Verify(a string, ch srp.Challenge, timestamp, signature string) error {
	var buf [modp.Size]byte
	A, err := exchange.ParseHex(buf[:], a)
	if err != nil {
		return &srp.ParamError{Key: "SRP_A", Err: err}
	}
	message, err := exchange.Message(ch.Scope, ch.Identity, ch.SecretBlock, timestamp)
	if err != nil {
		return &srp.ParamError{Key: "SECRET_BLOCK", Err: err}
	}
	proof, err := exchange.ParseBase64(nil, signature, base64.StdEncoding.EncodedLen(sha256.Size))
	if err != nil {
		return &srp.ParamError{Key: "PASSWORD_CLAIM_SIGNATURE", Err: err}
	}
	// RFC 5054, section 2.5.4: "The server MUST abort the handshake with an
	// "illegal_parameter" alert if A % N = 0."
	var S modp.Element
	reduced := S.SetBytes(A)
	switch {
	case S.IsZero():
		return &srp.ParamError{Key: "SRP_A", Err: ErrZeroA}
	case !reduced:
		return &srp.ParamError{Key: "SRP_A", Err: srp.ErrRange}
	}
	u, err := exchange.U(A, s.public[:])
	if err != nil {
		return &srp.ParamError{Key: "SRP_A", Err: err}
	}
	// Section 2.6: S = (A * v^u) ^ b % N
	var vu modp.Element
	S.Mul(&S, vu.Exp(s.v(), u[:]))
	S.Exp(&S, s.b())
	if !hmac.Equal(proof, exchange.Sign(exchange.Key(&S, u), message)) {
		return ErrProof
	}
	return nil
}

// NewClient returns a client whose secret is the big-endian integer a, of up
// to 384 bytes. The other side of a secret that is not random is no secret;
// hence tb.
func NewClient(tb testing.TB, a []byte) *srp.Client {
	tb.Helper()
	checkSecret(tb, "a", a)
	return (*srp.Client)(exchange.NewClient(bytes.Clone(a)))
}

// NewFixedServer is like [NewServer], with the big-endian integer b, of up to
// 384 bytes, as the secret.
func NewFixedServer(tb testing.TB, verifier, b []byte) (*Server, error) {
	tb.Helper()
	checkSecret(tb, "b", b)
	return newServer(verifier, bytes.Clone(b))
}

func checkSecret(tb testing.TB, name string, secret []byte) {
	tb.Helper()
	if len(secret) == 0 || len(secret) > modp.Size {
		tb.Fatalf("srptest: %s has %d bytes, expected 1 to %d", name, len(secret), modp.Size)
	}
}

// FixedDevice returns a device as [srp.NewDevice] does, but with this password
// and this salt, in hex.
//
// The error is a [*srp.ParamError] whose Key is SALT.
func FixedDevice(tb testing.TB, groupKey, deviceKey, password, salt string) (*srp.Device, error) {
	tb.Helper()
	s, err := parseSalt(salt)
	if err != nil {
		return nil, err
	}
	return (*srp.Device)(exchange.NewDevice(groupKey, deviceKey, password, s)), nil
}

func parseSalt(salt string) ([]byte, error) {
	s, err := exchange.ParseHex(make([]byte, exchange.MaxSalt), salt)
	if err != nil {
		return nil, &srp.ParamError{Key: "SALT", Err: err}
	}
	return s, nil
}
