package srp

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/cognito-go/cognitoauth/srp/internal/exchange"
)

// A Device is what ConfirmDevice and the later sign-ins need.
type Device exchange.Device

// NewDevice makes up a password and a salt.
func NewDevice(groupKey, deviceKey string) (*Device, error) {
	switch {
	case groupKey == "":
		return nil, &ParamError{"groupKey", ErrEmpty}
	case deviceKey == "":
		return nil, &ParamError{"deviceKey", ErrEmpty}
	}
	password, salt := make([]byte, 40), make([]byte, 16)
	rand.Read(password)
	rand.Read(salt)
	return (*Device)(exchange.NewDevice(groupKey, deviceKey, base64.StdEncoding.EncodeToString(password), salt)), nil
}

// Password returns the device's password.
func (d *Device) Password() string { return (*exchange.Device)(d).Password() }

// Salt returns DeviceSecretVerifierConfig.Salt.
func (d *Device) Salt() string { return (*exchange.Device)(d).Salt() }

// Verifier returns DeviceSecretVerifierConfig.PasswordVerifier.
func (d *Device) Verifier() string { return (*exchange.Device)(d).Verifier() }
