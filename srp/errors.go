package srp

import (
	"errors"
	"strings"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
)

var (
	ErrEmpty     = exchange.ErrEmpty
	ErrTooLong   = exchange.ErrTooLong
	ErrNotHex    = exchange.ErrNotHex
	ErrNotBase64 = exchange.ErrNotBase64
	ErrRange     = exchange.ErrRange
	ErrZeroB     = exchange.ErrZeroB
	ErrZeroU     = exchange.ErrZeroU
	ErrPoolID    = errors.New("srp: not a user pool ID")
	ErrNoClient  = errors.New("srp: the Client was not made by NewClient")
)

// A ParamError names the parameter that can't be used.
type ParamError struct {
	Key string
	Err error
}

func (e *ParamError) Error() string {
	return "srp: " + e.Key + ": " + strings.TrimPrefix(e.Err.Error(), "srp: ")
}

// Unwrap returns the reason.
func (e *ParamError) Unwrap() error { return e.Err }
