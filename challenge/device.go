package challenge

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
)

// Device is a remembered device: what a program stores for a user, so that
// later sign-ins from the same device need no second factor. Give it with
// CallOptions.Device to every call of a sign-in.
//
// Store [Device.Encode] per app client and user. In a store of the backend's
// that is under [Tokens].Username, because a user can have several aliases. In
// the user's own browser it may be under what the user types, which is all that
// is known when the next sign-in starts. On a device that several users share,
// each has their own.
type Device struct {
	// DeviceKey and DeviceGroupKey are the names that Cognito gave the device,
	// in NewDeviceMetadata.
	DeviceKey      string
	DeviceGroupKey string

	// Password is the device's own, made by [ConfirmDevice].
	Password Secret
}

// storedDevice is the stored form of a Device. Fields are only ever added.
type storedDevice struct {
	Version        int    `json:"v"`
	DeviceKey      string `json:"device_key"`
	DeviceGroupKey string `json:"device_group_key"`
	Password       string `json:"password"`
}

// Encode returns the device as a text to store, JSON. It holds the device's
// password: store it as one. [ParseDevice] reads it, also in later releases.
func (d Device) Encode() Secret {
	text, err := json.Marshal(storedDevice{1, d.DeviceKey, d.DeviceGroupKey, d.Password.Reveal()})
	if err != nil {
		panic(err) // unreachable: a struct of strings
	}
	return NewSecret(string(text))
}

// maxStoredDevice is far more than Cognito's longest keys need.
const maxStoredDevice = 4096

// ParseDevice reads what [Device.Encode] returned. The error is an
// [*InvalidError]; without the device the sign-in works all the same.
func ParseDevice(text Secret) (Device, error) {
	invalid := func(problem string) (Device, error) {
		return Device{}, &InvalidError{Field: "text", Problem: problem}
	}
	if len(text.Reveal()) > maxStoredDevice {
		return invalid("is too long for a stored device")
	}
	var stored storedDevice
	if json.Unmarshal([]byte(text.Reveal()), &stored) != nil {
		return invalid("is no stored device")
	}
	if stored.Version != 1 {
		return invalid("is a stored device of an unknown version")
	}
	d := Device{stored.DeviceKey, stored.DeviceGroupKey, NewSecret(stored.Password)}
	if d.DeviceKey == "" || d.DeviceGroupKey == "" || d.Password.IsZero() {
		return invalid("is an incomplete stored device")
	}
	return d, nil
}

// ConfirmDeviceAPI is the part of the SDK's client that confirms devices.
type ConfirmDeviceAPI interface {
	ConfirmDevice(context.Context, *cip.ConfirmDeviceInput, ...func(*cip.Options)) (*cip.ConfirmDeviceOutput, error)
}

var _ ConfirmDeviceAPI = (*cip.Client)(nil)

// ConfirmDevice makes a password for the new device with which the user signed
// in, and registers its verifier under name, which may be empty. tokens are
// those of the sign-in, with NewDevice set; the access token must have the
// scope aws.cognito.signin.user.admin, as every sign-in's has.
//
// When askUser is true, the pool leaves it to users whether to remember a
// device. Ask, and call the SDK's UpdateDeviceStatus with the answer. When it
// is false, the device is remembered by now. Keep the device beside the tokens
// in any case: in such a pool a refresh needs it.
//
// The call is sent at most once. When it fails with Error.Ambiguous, drop the
// device: the next sign-in gets a new one.
func ConfirmDevice(ctx context.Context, api ConfirmDeviceAPI, tokens *Tokens, name string, optFns ...func(*cip.Options)) (device Device, askUser bool, err error) {
	if tokens == nil || tokens.NewDevice == nil {
		return Device{}, false, &InvalidError{Field: "tokens", Key: "NewDeviceMetadata", Problem: "name no new device"}
	}
	f := newForm(InvalidError{})
	f.secret("tokens.AccessToken", "AccessToken", tokens.AccessToken)
	f.optional("name", "DeviceName", name)
	values, err := f.done()
	if err != nil {
		return Device{}, false, err
	}
	registered, err := srp.NewDevice(tokens.NewDevice.DeviceGroupKey, tokens.NewDevice.DeviceKey)
	if err != nil {
		return Device{}, false, &MalformedError{Key: "NewDeviceMetadata", Problem: "names no device", Err: err}
	}
	values["Salt"], values["PasswordVerifier"] = registered.Salt(), registered.Verifier()
	made := call{operation: "ConfirmDevice", params: NewParams(values), unknown: TokenInvalid}
	if err := made.notSent(ctx); err != nil {
		return Device{}, false, err
	}
	in := &cip.ConfirmDeviceInput{
		AccessToken: aws.String(values["AccessToken"]),
		DeviceKey:   aws.String(tokens.NewDevice.DeviceKey),
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			Salt:             aws.String(values["Salt"]),
			PasswordVerifier: aws.String(values["PasswordVerifier"]),
		},
	}
	if name != "" {
		in.DeviceName = aws.String(name)
	}
	var sent attempts
	out, err := api.ConfirmDevice(ctx, in, sent.once(optFns)...)
	if err != nil {
		return Device{}, false, made.refusal(sent.failed(err))
	}
	device = Device{tokens.NewDevice.DeviceKey, tokens.NewDevice.DeviceGroupKey, NewSecret(registered.Password())}
	return device, out.UserConfirmationNecessary, nil
}

// DeviceSRPAuth is DEVICE_SRP_AUTH: Cognito asks for the beginning of an SRP
// proof of a remembered device, instead of a second factor.
// [DevicePasswordVerifier] follows.
//
// A [Client] answers both by itself when CallOptions.Device came with the same
// call.
type DeviceSRPAuth struct {
	Issued // DeviceKey is required

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

func (c *DeviceSRPAuth) fields() []input {
	return []input{srpA(&c.A)}
}

// ChallengeResponses implements [Challenge]; its own key is SRP_A.
func (c *DeviceSRPAuth) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

// DevicePasswordVerifier is DEVICE_PASSWORD_VERIFIER: Cognito sent its half of
// an SRP exchange and waits a few seconds for the proof of the remembered
// device's password.
type DevicePasswordVerifier struct {
	Issued // DeviceKey is required
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
// with the answer to DEVICE_SRP_AUTH, at is the time of signing: take
// time.Now(). The errors are those of [PasswordVerifier.Prove].
func (c *DevicePasswordVerifier) Prove(client *srp.Client, device Device, at time.Time) error {
	return c.prove(c.Name(), client, device.DeviceGroupKey, device.DeviceKey, device.Password.Reveal(), at)
}

// ChallengeResponses implements [Challenge]; its own keys are
// PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK and TIMESTAMP.
func (c *DevicePasswordVerifier) ChallengeResponses() (map[string]string, error) {
	return answer(c).done()
}

// decodeDevice takes DEVICE_KEY from the parameters, where it stands in those
// of DEVICE_PASSWORD_VERIFIER; else the key that was carried over stays.
func (i *Issued) decodeDevice(d *decoder) {
	if key := d.get("DEVICE_KEY"); key != "" {
		i.DeviceKey = key
	}
}
