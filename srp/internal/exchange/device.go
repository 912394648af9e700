package exchange

import "encoding/base64"

// NewDevice returns the device.
func NewDevice(groupKey, deviceKey, password string, salt []byte) *Device {
	v := Verifier(X(groupKey, deviceKey, password, salt)).Bytes()
	s := base64.StdEncoding.EncodeToString(PadHex(salt))
	pv := base64.StdEncoding.EncodeToString(PadHex(v[:]))
	return &Device{
		func() string { return password },
		func() string { return s },
		func() string { return pv },
	}
}

func (d *Device) Password() string { return reveal(d.password) }
func (d *Device) Salt() string     { return reveal(d.salt) }
func (d *Device) Verifier() string { return reveal(d.verifier) }

func reveal(f func() string) string {
	if f == nil {
		return ""
	}
	return f()
}
