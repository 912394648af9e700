package srp

import (
	"errors"
	"strings"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
)

// What can be wrong with a parameter, one error per check. They come in a
// [ParamError], to be found with [errors.Is].
var (
	// ErrEmpty means that a required parameter is missing or empty.
	ErrEmpty = exchange.ErrEmpty

	// ErrTooLong means that a parameter is longer than it ever should be.
	ErrTooLong = exchange.ErrTooLong

	// ErrNotHex means that SALT or SRP_B has something else than hex digits.
	ErrNotHex = exchange.ErrNotHex

	// ErrNotBase64 means that SECRET_BLOCK is not standard base64 with padding
	// and without line breaks.
	ErrNotBase64 = exchange.ErrNotBase64

	// ErrRange means that B, or a verifier, is not a number below N.
	ErrRange = exchange.ErrRange

	// ErrZeroB means that B is 0 or N. No server sends that which follows the
	// protocol.
	ErrZeroB = exchange.ErrZeroB

	// ErrZeroU means that A and B hash to 0, so that the password would have no
	// part in the proof. It does not occur unless SHA-256 is broken.
	ErrZeroU = exchange.ErrZeroU

	// ErrSecret means that a secret is none that [Client.Secret] returned.
	ErrSecret = errors.New("srp: not a secret of 32 bytes")

	// ErrPoolID means that a user pool's ID is not a region and a name with
	// one "_" between them.
	ErrPoolID = errors.New("srp: not a user pool's ID")
)

// ErrNoClient is the error of a [Client] that neither [NewClient] nor [Resume]
// has made.
var ErrNoClient = errors.New("srp: Client was not made by NewClient")

// A ParamError says which parameter can't be used, and why. Its text does not
// hold the parameter's value.
type ParamError struct {
	// Key is the name of the parameter: Cognito's for what the service sent,
	// such as SALT, and the name of the field or argument for what the caller
	// gave, such as Scope.
	Key string

	// Err is the reason, one of this package's errors.
	Err error
}

// Error returns the parameter's name and the reason.
func (e *ParamError) Error() string {
	return "srp: " + e.Key + ": " + strings.TrimPrefix(e.Err.Error(), "srp: ")
}

// Unwrap returns e.Err.
func (e *ParamError) Unwrap() error { return e.Err }
