package exchange

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

var (
	ErrEmpty     = errors.New("srp: empty")
	ErrTooLong   = errors.New("srp: too long")
	ErrNotHex    = errors.New("srp: not hexadecimal")
	ErrNotBase64 = errors.New("srp: not padded standard base64")
	ErrRange     = errors.New("srp: not less than the group's prime")
	ErrZeroB     = errors.New("srp: zero modulo the group's prime")
	ErrZeroU     = errors.New("srp: the scrambling parameter u is zero")
)

// Limits.
const (
	MaxSalt        = 256
	MaxSecretBlock = 96 << 10
)

// ParseHex decodes an integer.
func ParseHex(s string, max int) ([]byte, error) {
	switch {
	case s == "":
		return nil, ErrEmpty
	case len(s) > 2*(max+1):
		return nil, ErrTooLong
	case len(s)%2 == 1:
		s = "0" + s
	}
	b, err := hex.DecodeString(s)
	if err != nil {
		return nil, ErrNotHex
	}
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > max {
		return nil, ErrTooLong
	}
	return b, nil
}

// ParseBase64 decodes s.
func ParseBase64(s string, max int) ([]byte, error) {
	switch {
	case s == "":
		return nil, ErrEmpty
	case len(s) > base64.StdEncoding.EncodedLen(max):
		return nil, ErrTooLong
	case strings.ContainsAny(s, "\r\n"):
		return nil, ErrNotBase64
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, ErrNotBase64
	}
	return b, nil
}
