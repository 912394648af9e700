package challenge

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
)

// DeviceSRPAuth is DEVICE_SRP_AUTH: Cognito asks for the beginning of an SRP
// proof of a remembered device, instead of a second factor.
// [DevicePasswordVerifier] follows. Issued.DeviceKey is required.
type DeviceSRPAuth struct {
	Issued

	// A is SRP_A as [github.com/cognito-go/cognitoauth/srp.Client.A] returns
	// it, of a new srp.Client. Required.
	A string
}

var _ Challenge = (*DeviceSRPAuth)(nil)

// Name returns DEVICE_SRP_AUTH.
func (c *DeviceSRPAuth) Name() types.ChallengeNameType { return types.ChallengeNameTypeDeviceSrpAuth }

// Shipping clients work with and without one.
func (c *DeviceSRPAuth) sessionOptional() bool { return true }

func (c *DeviceSRPAuth) decode(d *decoder) { c.decodeDevice(d) }

// ChallengeResponses implements [Challenge]; its own key is SRP_A.
func (c *DeviceSRPAuth) ChallengeResponses() (map[string]string, error) {
	f := c.answer(c.Name())
	f.require("DeviceKey", "DEVICE_KEY", c.DeviceKey)
	f.require("A", "SRP_A", c.A)
	return f.done()
}

// DevicePasswordVerifier is DEVICE_PASSWORD_VERIFIER: Cognito sent its half of
// an SRP exchange and waits a few seconds for the proof of the remembered
// device's password. Issued.DeviceKey is required.
type DevicePasswordVerifier struct {
	Issued
	PasswordClaim
}

var _ Challenge = (*DevicePasswordVerifier)(nil)

// Name returns DEVICE_PASSWORD_VERIFIER.
func (c *DevicePasswordVerifier) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeDevicePasswordVerifier
}

func (c *DevicePasswordVerifier) sessionOptional() bool { return true }

func (c *DevicePasswordVerifier) decode(d *decoder) {
	c.PasswordClaim.decode(d)
	c.decodeDevice(d)
}

// Prove fills in Signature and Timestamp. client is the one whose A was sent
// with the answer to DEVICE_SRP_AUTH, groupKey and password are the device's,
// at is the time of signing: take time.Now(). The errors are those of
// [PasswordVerifier.Prove].
func (c *DevicePasswordVerifier) Prove(client *srp.Client, groupKey string, password Secret, at time.Time) error {
	return c.prove(c.Name(), client, groupKey, c.DeviceKey, password.Reveal(), at)
}

// ChallengeResponses implements [Challenge]; its own keys are
// PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK and TIMESTAMP.
func (c *DevicePasswordVerifier) ChallengeResponses() (map[string]string, error) {
	f := c.answer(c.Name())
	f.require("DeviceKey", "DEVICE_KEY", c.DeviceKey)
	c.responses(f)
	return f.done()
}

// decodeDevice takes DEVICE_KEY from the parameters, where it stands in those
// of DEVICE_PASSWORD_VERIFIER; else the key that was carried over stays.
func (i *Issued) decodeDevice(d *decoder) {
	if key := d.get("DEVICE_KEY"); key != "" {
		i.DeviceKey = key
	}
}
