// Package exchange is what the two sides of Cognito's SRP compute alike.
package exchange

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"

	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// PadHex returns the integer b as Cognito hashes and sends it.
func PadHex(b []byte) []byte {
	buf := make([]byte, 1+len(b))
	copy(buf[1:], b)
	skip, run := 0, 1
	for i, v := range buf[:len(b)] {
		zero := (int(v) - 1) >> 8 & 1
		run &= zero &^ int(buf[i+1]>>7)
		skip += run
	}
	return buf[skip:]
}

// H is SHA-256 over the concatenation of its arguments.
func H(parts ...[]byte) [32]byte {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

var k = func() *modp.Element {
	h := H(PadHex(modp.N()), []byte{2})
	var k modp.Element
	k.SetBytes(h[:])
	return &k
}()

// X returns x.
func X(scope, identity, password string, salt []byte) [32]byte {
	inner := H([]byte(scope), []byte(identity), []byte(":"), []byte(password))
	return H(PadHex(salt), inner[:])
}

// U returns u.
func U(A, B []byte) ([32]byte, error) {
	u := H(PadHex(A), PadHex(B))
	if u == ([32]byte{}) {
		return u, ErrZeroU
	}
	return u, nil
}

// Verifier returns v = g^x.
func Verifier(x [32]byte) *modp.Element {
	return new(modp.Element).ExpG(x[:])
}

// ServerB returns B = kv + g^b.
func ServerB(v *modp.Element, b []byte) *modp.Element {
	var B, t modp.Element
	return B.Add(t.Mul(k, v), B.ExpG(b))
}

// Key derives the key.
func Key(S *modp.Element, u [32]byte) []byte {
	s := S.Bytes()
	key, err := hkdf.Key(sha256.New, PadHex(s[:]), PadHex(u[:]), "Caldera Derived Key", 16)
	if err != nil {
		panic(err) // unreachable
	}
	return key
}

// Sign returns the signature.
func Sign(key []byte, scope, identity string, secretBlock []byte, timestamp string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(scope))
	mac.Write([]byte(identity))
	mac.Write(secretBlock)
	mac.Write([]byte(timestamp))
	return mac.Sum(nil)
}

// Client is the client's ephemeral.
type Client struct {
	a      func() []byte
	public []byte
}

// NewClient returns the client with the secret ephemeral a.
func NewClient(a []byte) *Client {
	A := new(modp.Element).ExpG(a).Bytes()
	return &Client{func() []byte { return a }, A[:]}
}

// Public returns A, nil for the zero Client.
func (c *Client) Public() []byte { return c.public }

// Key returns the session key.
func (c *Client) Key(x [32]byte, B []byte) ([]byte, error) {
	var S modp.Element
	if !S.SetBytes(B) {
		return nil, ErrRange
	}
	if S.IsZero() {
		return nil, ErrZeroB
	}
	u, err := U(c.public, B)
	if err != nil {
		return nil, err
	}
	var t modp.Element
	t.Mul(k, Verifier(x))
	S.Sub(&S, &t)
	S.Exp(&S, mulAdd(c.a(), u, x))
	return Key(&S, u), nil
}

// Device is a device's secrets.
type Device struct {
	password, salt, verifier func() string
}
