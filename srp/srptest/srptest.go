// Package srptest is the server side of Cognito's SRP, for tests.
package srptest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

var (
	ErrProof = errors.New("srptest: the signature is wrong")
	ErrZeroA = errors.New("srptest: zero modulo the group's prime")
)

// Verifier returns v = g^x mod N.
func Verifier(scope, identity, password, salt string) ([]byte, error) {
	s, err := exchange.ParseHex(salt, exchange.MaxSalt)
	if err != nil {
		return nil, &srp.ParamError{Key: "SALT", Err: err}
	}
	v := exchange.Verifier(exchange.X(scope, identity, password, s)).Bytes()
	return v[:], nil
}

// A Server is the server's side of one sign-in.
type Server struct {
	b      func() []byte
	v      func() *modp.Element
	public []byte
}

// NewServer draws b.
func NewServer(verifier []byte) (*Server, error) {
	b := make([]byte, 32)
	rand.Read(b)
	return newServer(verifier, b)
}

func newServer(verifier, b []byte) (*Server, error) {
	v := new(modp.Element)
	if !v.SetBytes(bytes.TrimLeft(verifier, "\x00")) || v.IsZero() {
		return nil, &srp.ParamError{Key: "verifier", Err: srp.ErrRange}
	}
	B := exchange.ServerB(v, b).Bytes()
	return &Server{func() []byte { return b }, func() *modp.Element { return v }, B[:]}, nil
}

// B returns SRP_B.
func (s *Server) B() string { return hex.EncodeToString(s.public) }

// Verify checks the signature.
func (s *Server) Verify(a string, ch srp.Challenge, timestamp, signature string) error {
	A, err := exchange.ParseHex(a, modp.Size)
	if err != nil {
		return &srp.ParamError{Key: "SRP_A", Err: err}
	}
	block, err := exchange.ParseBase64(ch.SecretBlock, exchange.MaxSecretBlock)
	if err != nil {
		return &srp.ParamError{Key: "SECRET_BLOCK", Err: err}
	}
	proof, err := exchange.ParseBase64(signature, 32)
	if err != nil {
		return &srp.ParamError{Key: "PASSWORD_CLAIM_SIGNATURE", Err: err}
	}
	var S, t modp.Element
	if !S.SetBytes(A) {
		return &srp.ParamError{Key: "SRP_A", Err: srp.ErrRange}
	}
	if S.IsZero() {
		return &srp.ParamError{Key: "SRP_A", Err: ErrZeroA}
	}
	u, err := exchange.U(A, s.public)
	if err != nil {
		return fmt.Errorf("srptest: %w", err)
	}
	S.Mul(&S, t.Exp(s.v(), u[:]))
	S.Exp(&S, s.b())
	if !hmac.Equal(proof, exchange.Sign(exchange.Key(&S, u), ch.Scope, ch.Identity, block, timestamp)) {
		return ErrProof
	}
	return nil
}

// NewClient returns a client with the ephemeral a.
func NewClient(tb testing.TB, a []byte) *srp.Client {
	tb.Helper()
	return (*srp.Client)(exchange.NewClient(bytes.Clone(a)))
}

// NewFixedServer returns a server with the ephemeral b.
func NewFixedServer(tb testing.TB, verifier, b []byte) (*Server, error) {
	tb.Helper()
	return newServer(verifier, bytes.Clone(b))
}

// FixedDevice returns the device with this password and salt.
func FixedDevice(tb testing.TB, groupKey, deviceKey, password, salt string) (*srp.Device, error) {
	tb.Helper()
	s, err := exchange.ParseHex(salt, exchange.MaxSalt)
	if err != nil {
		return nil, &srp.ParamError{Key: "SALT", Err: err}
	}
	return (*srp.Device)(exchange.NewDevice(groupKey, deviceKey, password, s)), nil
}
