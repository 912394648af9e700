package exchange

import "encoding/base64"

// A Device is what ConfirmDevice registers of a device, and its password.
// Package srp defines its Device by it, see [Client].
type Device struct {
	password, salt, verifier func() string
}

// NewDevice returns the device with this password and this salt, a big-endian
// integer.
func NewDevice(groupKey, deviceKey, password string, salt []byte) *Device {
	v := Verifier(X(groupKey, deviceKey, password, salt)).Bytes()
	return &Device{
		password: closure(password),
		salt:     closure(base64.StdEncoding.EncodeToString(AppendInt(nil, salt))),
		verifier: closure(base64.StdEncoding.EncodeToString(AppendInt(nil, v[:]))),
	}
}

func (d *Device) Password() string { return call(d.password) }
func (d *Device) Salt() string     { return call(d.salt) }
func (d *Device) Verifier() string { return call(d.verifier) }

func closure(s string) func() string { return func() string { return s } }

// call returns f(), or "" if f is nil, as it is in the zero Device.
func call(f func() string) string {
	if f == nil {
		return ""
	}
	return f()
}
