package srp

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
)

// A Device is the secret of a device that is to be remembered, in the two
// forms that the service and the device keep of it. It is immutable, and holds
// its contents where neither fmt nor an encoder finds them.
type Device exchange.Device

// NewDevice makes up a password for the device that NewDeviceMetadata in a
// sign-in's result describes. Send its Salt and its Verifier to ConfirmDevice,
// and if that succeeds, store its Password with the two keys: they are what
// answers DEVICE_PASSWORD_VERIFIER from then on.
//
// The error is a [*ParamError] that unwraps to [ErrEmpty], if one of the keys
// is.
func NewDevice(groupKey, deviceKey string) (*Device, error) {
	switch {
	case groupKey == "":
		return nil, &ParamError{"groupKey", ErrEmpty}
	case deviceKey == "":
		return nil, &ParamError{"deviceKey", ErrEmpty}
	}
	// As many bytes as Amazon's browser client draws.
	var password [40]byte
	var salt [16]byte
	rand.Read(password[:]) // never fails
	rand.Read(salt[:])
	return (*Device)(exchange.NewDevice(groupKey, deviceKey,
		base64.StdEncoding.EncodeToString(password[:]), salt[:])), nil
}

// Password returns the device's password, 40 random bytes in base64. It is to
// be stored like one, and to be given to [Client.Claim] as it is.
func (d *Device) Password() string { return (*exchange.Device)(d).Password() }

// Salt returns DeviceSecretVerifierConfig.Salt, an integer as bytes in
// standard base64.
func (d *Device) Salt() string { return (*exchange.Device)(d).Salt() }

// Verifier returns DeviceSecretVerifierConfig.PasswordVerifier, an integer as
// bytes in standard base64. It can't be used to sign in, but to pretend to the
// device to be the service.
func (d *Device) Verifier() string { return (*exchange.Device)(d).Verifier() }
