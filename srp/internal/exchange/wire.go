package exchange

import (
	"encoding/base64"
	"errors"
	"strings"

	"github.com/cognito-go/cognitoauth/srp/internal/modp"
)

// These errors are here because both packages, srp and srptest, need them.
// Package srp exports and documents them.
var (
	ErrEmpty     = errors.New("srp: empty")
	ErrTooLong   = errors.New("srp: too long")
	ErrNotHex    = errors.New("srp: not hexadecimal")
	ErrNotBase64 = errors.New("srp: not padded standard base64")
	ErrRange     = errors.New("srp: not less than the group's prime")
	ErrZeroB     = errors.New("srp: zero modulo the group's prime")
	ErrZeroU     = errors.New("srp: makes the scrambling parameter zero")
)

const (
	// MaxSalt is how many bytes a SALT may have. The service and all known
	// clients make salts of 16 bytes.
	MaxSalt = 256

	// MaxBlock is how many characters a SECRET_BLOCK may have, the limit that
	// Cognito itself sets to the value of a challenge parameter. Real ones
	// have some 1800.
	MaxBlock = 131072
)

// ParseHex reads the integer that s is into the last bytes of dst, which must
// be zero, and returns those bytes, big-endian and without leading zeros, so
// that there is none for 0. The service drops leading zeros of s, half a byte
// even, and others put a byte 00 in front, see [AppendInt].
//
// The length of s is checked before anything is done with it.
func ParseHex(dst []byte, s string) ([]byte, error) {
	switch {
	case s == "":
		return nil, ErrEmpty
	case len(s) > 2*(1+len(dst)):
		return nil, ErrTooLong
	}
	s = strings.TrimLeft(s, "0")
	size := (len(s) + 1) / 2
	if size > len(dst) {
		return nil, ErrTooLong
	}
	dst = dst[len(dst)-size:]
	for i := range len(s) {
		var d byte
		switch c := s[len(s)-1-i]; {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		default:
			return nil, ErrNotHex
		}
		dst[size-1-i/2] |= d << (i % 2 * 4)
	}
	return dst, nil
}

// strict refuses stray bits in the last character.
var strict = base64.StdEncoding.Strict()

// ParseBase64 appends to dst the bytes that s stands for in standard base64
// with padding and nothing else in it, and at most max characters.
func ParseBase64(dst []byte, s string, max int) ([]byte, error) {
	switch {
	case s == "":
		return nil, ErrEmpty
	case len(s) > max:
		return nil, ErrTooLong
	case strings.ContainsAny(s, "\r\n"):
		return nil, ErrNotBase64 // encoding/base64 would skip them
	}
	dst, err := strict.AppendDecode(dst, []byte(s))
	if err != nil {
		return nil, ErrNotBase64
	}
	return dst, nil
}

// Message returns what is signed. secretBlock is decoded for it, and is the
// only argument that may be wrong.
func Message(scope, I, secretBlock, timestamp string) ([]byte, error) {
	msg := make([]byte, 0, len(scope)+len(I)+min(len(secretBlock), MaxBlock)+len(timestamp))
	msg = append(msg, scope...)
	msg = append(msg, I...)
	msg, err := ParseBase64(msg, secretBlock, MaxBlock)
	if err != nil {
		return nil, err
	}
	return append(msg, timestamp...), nil
}

// AppendInt appends the big-endian integer b, of at most [modp.Size] bytes, in
// the form in which Cognito hashes and sends integers: the shortest two's
// complement, that is without leading zero bytes, but with one if the top bit
// would be set without.
//
// It takes a time that depends on the length of b, but not on its value, save
// that the value makes the length of the result.
func AppendInt(dst, b []byte) []byte {
	var buf [1 + modp.Size]byte
	padded := buf[:1+len(b)]
	copy(padded[1:], b)
	skip, leading := 0, 1
	for i, next := range b {
		// A leading byte is superfluous if it is zero and the next one has no
		// top bit. Only zero has a top bit when 1 is taken from it.
		zero := int(uint32(padded[i])-1) >> 31 & 1
		leading &= zero &^ int(next>>7)
		skip += leading
	}
	return append(dst, padded[skip:]...)
}
