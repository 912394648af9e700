// Package srp is the client side of Amazon Cognito's variant of SRP.
package srp

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// A Client is the client's side of one sign-in.
type Client exchange.Client

// NewClient returns a Client with a fresh ephemeral of 256 random bits.
func NewClient() *Client {
	a := make([]byte, 32)
	rand.Read(a)
	return (*Client)(exchange.NewClient(a))
}

// A returns SRP_A.
func (c *Client) A() string {
	return strings.TrimLeft(hex.EncodeToString((*exchange.Client)(c).Public()), "0")
}

// Challenge is what Cognito sent.
type Challenge struct {
	Scope       string
	Identity    string
	Salt        string
	B           string
	SecretBlock string
}

// Claim answers a PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER challenge.
func (c *Client) Claim(ch Challenge, password string, at time.Time) (signature, timestamp string, err error) {
	switch {
	case (*exchange.Client)(c).Public() == nil:
		return "", "", ErrNoClient
	case ch.Scope == "":
		return "", "", &ParamError{"Scope", ErrEmpty}
	case ch.Identity == "":
		return "", "", &ParamError{"Identity", ErrEmpty}
	case password == "":
		return "", "", &ParamError{"password", ErrEmpty}
	}
	salt, err := exchange.ParseHex(ch.Salt, exchange.MaxSalt)
	if err != nil {
		return "", "", &ParamError{"SALT", err}
	}
	B, err := exchange.ParseHex(ch.B, modp.Size)
	if err != nil {
		return "", "", &ParamError{"SRP_B", err}
	}
	block, err := exchange.ParseBase64(ch.SecretBlock, exchange.MaxSecretBlock)
	if err != nil {
		return "", "", &ParamError{"SECRET_BLOCK", err}
	}
	x := exchange.X(ch.Scope, ch.Identity, password, salt)
	key, err := (*exchange.Client)(c).Key(x, B)
	if err != nil {
		return "", "", &ParamError{"SRP_B", err}
	}
	timestamp = Timestamp(at)
	mac := exchange.Sign(key, ch.Scope, ch.Identity, block, timestamp)
	return base64.StdEncoding.EncodeToString(mac), timestamp, nil
}

// PoolName returns the part of a user pool ID after "_".
func PoolName(userPoolID string) (string, error) {
	region, name, _ := strings.Cut(userPoolID, "_")
	if region == "" || name == "" || strings.Contains(name, "_") {
		return "", &ParamError{"userPoolID", ErrPoolID}
	}
	return name, nil
}

// Timestamp returns t as TIMESTAMP.
func Timestamp(t time.Time) string {
	return t.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
}
