package challengetest

import (
	"encoding/base64"
	"math/big"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

// A device is one that was named in a sign-in's NewDeviceMetadata. Its user has
// it from when it is confirmed until it is forgotten.
type device struct {
	key, groupKey string
	grant         *grant // the sign-in
	confirmed     bool
	remembered    bool
	name          string
	salt          string // as in SALT
	verifier      []byte

	created, modified, authenticated time.Time

	// asked is the newest DEVICE_SRP_AUTH or DEVICE_PASSWORD_VERIFIER, for
	// clients that answer without a Session.
	asked *session
}

func (u *user) device(key string) *device {
	for _, d := range u.devices {
		if d.key == key {
			return d
		}
	}
	return nil
}

type deviceMetadata struct{ DeviceGroupKey, DeviceKey string }

// nameDevice names the device of a sign-in that gave no DEVICE_KEY.
func (c *call) nameDevice(g *grant) *device {
	d := &device{
		key:      c.region() + "_" + uuid(),
		groupKey: "-" + base64.RawURLEncoding.EncodeToString(random(6)), // like -v7w9UcY6
		grant:    g,
	}
	c.named.put(d.key, d)
	return d
}

// takeDevice takes DEVICE_KEY. An empty one is none: Amplify Android sends it
// when there is no device. To somebody who is not there nothing is told.
func (c *call) takeDevice() error {
	key, u := c.params["DEVICE_KEY"], c.signIn.user
	if key == "" || u == nil {
		return nil
	}
	d := u.device(key)
	if d == nil {
		return deviceNotFound
	}
	c.signIn.device = d
	return nil
}

// knownDevice returns the device of the sign-in unless it was forgotten
// meanwhile.
func (c *call) knownDevice() *device {
	if d := c.signIn.device; d != nil && c.signIn.user.device(d.key) == d {
		return d
	}
	return nil
}

// deviceDue reports whether the sign-in has to end with a proof of its device.
func (c *call) deviceDue() bool {
	d := c.knownDevice()
	return d != nil && d.remembered && !c.signIn.deviceProven
}

// deviceReplaces reports whether the proof of the device takes the place of a
// second factor. It does not save users from setting one up (unsure).
func (c *call) deviceReplaces(factor types.ChallengeNameType) bool {
	return c.deviceDue() && c.tracking.ChallengeRequiredOnNewDevice && factor != types.ChallengeNameTypeMfaSetup
}

// openDevice finds the device challenge that a request without a Session
// answers. AWS's own example in Python, pycognito and Amplify Android send
// none, and it works.
func (c *call) openDevice(name types.ChallengeNameType) error {
	if err := c.require("DEVICE_KEY"); err != nil {
		return err
	}
	u := c.find(c.params["USERNAME"])
	if u == nil {
		return sessionInvalid
	}
	d := u.device(c.params["DEVICE_KEY"])
	if d == nil {
		return deviceNotFound
	}
	s := d.asked
	if s == nil || s.challenge != name || s.signIn.client != c.client {
		return sessionInvalid
	}
	c.session, c.signIn = s, s.signIn
	return c.usable(s)
}

type deviceSRPAuth struct{}

func (deviceSRPAuth) issue(c *call, s *session) (map[string]string, error) {
	c.signIn.device.asked = s
	return map[string]string{}, nil // unsure: none was ever captured
}

func (deviceSRPAuth) answer(c *call) (*authReply, error) {
	if err := c.require("DEVICE_KEY", "SRP_A"); err != nil {
		return nil, err
	}
	if !c.signIn.device.remembered {
		return nil, badCredentials // not any more, or another one of the user's
	}
	return c.ask(types.ChallengeNameTypeDevicePasswordVerifier)
}

type devicePasswordVerifier struct{}

// issue puts the device in the place of the user: its group is the scope, its
// key the identity.
func (devicePasswordVerifier) issue(c *call, s *session) (map[string]string, error) {
	d := c.signIn.device
	d.asked = s
	verifier := d.verifier
	record := srpRecord{d.salt, func() ([]byte, error) { return verifier, nil }}
	params, err := c.beginProof(s, srp.Challenge{Scope: d.groupKey, Identity: d.key}, record)
	if err != nil {
		return nil, err
	}
	params["DEVICE_KEY"] = d.key
	params["USERNAME"] = c.signIn.name()
	return params, nil
}

func (devicePasswordVerifier) answer(c *call) (*authReply, error) {
	if err := c.require("DEVICE_KEY"); err != nil {
		return nil, err
	}
	if err := c.requireProof(); err != nil {
		return nil, err
	}
	d := c.signIn.device
	if d.key != c.session.proof.challenge.Identity || !c.proven() {
		return nil, badCredentials
	}
	d.authenticated = c.now
	c.signIn.deviceProven = true
	return c.finish()
}

// A deviceVerifier is DeviceSecretVerifierConfig.
type deviceVerifier struct{ PasswordVerifier, Salt string }

// decode returns SALT and the verifier of later challenges. Both are numbers in
// two's complement: without a leading zero byte they may be negative, and then
// no proof would ever be right.
func (v *deviceVerifier) decode() (salt string, verifier []byte, err error) {
	if v == nil {
		return "", nil, badDeviceVerifier
	}
	var bytes [2][]byte
	for i, text := range []string{v.Salt, v.PasswordVerifier} {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(b) == 0 || len(b) > maxDeviceNumber || b[0] >= 0x80 {
			return "", nil, badDeviceVerifier
		}
		bytes[i] = b
	}
	// Numbers lose leading zeros on the way, as those of the service do.
	return new(big.Int).SetBytes(bytes[0]).Text(16), bytes[1], nil
}

// maxDeviceNumber is the size of the SRP group with a leading zero.
const maxDeviceNumber = 3072/8 + 1

func confirmDevice(c *call) (any, error) {
	salt, verifier, err := c.in.deviceVerifier.decode()
	if err != nil {
		return nil, err
	}
	// Takes milliseconds, and tells whether the verifier is of the group.
	c.unlocked(func() { _, err = srptest.NewServer(verifier) })
	if err != nil {
		return nil, badDeviceVerifier
	}
	u, err := c.authorize()
	if err != nil {
		return nil, err
	}
	d, ok := c.named.get(c.in.deviceKey)
	switch {
	case u.device(c.in.deviceKey) != nil:
		return nil, deviceExists
	case !ok, d.confirmed, d.grant != c.grant: // forgotten, or named in another sign-in
		return nil, badDeviceKey
	}
	d.salt, d.verifier, d.name = salt, verifier, c.in.deviceName
	d.confirmed, d.remembered = true, !c.tracking.DeviceOnlyRememberedOnUserPrompt
	d.created, d.modified, d.authenticated = c.now, c.now, c.now
	u.devices = append(u.devices, d)
	return map[string]bool{"UserConfirmationNecessary": c.tracking.DeviceOnlyRememberedOnUserPrompt}, nil
}

// owner returns the user whom a request is about: the one named in an
// operation for servers, else the owner of the access token.
func (c *call) owner() (*user, error) {
	if !c.admin {
		return c.authorize()
	}
	if err := c.openPool(); err != nil {
		return nil, err
	}
	u := c.find(c.in.username)
	if u == nil {
		return nil, userNotFound
	}
	return u, nil
}

// ownDevice returns a user and the device that a request is about.
func (c *call) ownDevice() (*user, *device, error) {
	u, err := c.owner()
	if err != nil {
		return nil, nil, err
	}
	d := u.device(c.in.deviceKey)
	if d == nil {
		return nil, nil, deviceNotFound
	}
	return u, d, nil
}

func updateDeviceStatus(c *call) (any, error) {
	_, d, err := c.ownDevice()
	if err != nil {
		return nil, err
	}
	status := types.DeviceRememberedStatusType(c.in.deviceStatus)
	if !slices.Contains(status.Values(), status) {
		return nil, notInEnum("deviceRememberedStatus", status.Values())
	}
	d.remembered = status == types.DeviceRememberedStatusTypeRemembered
	d.modified = c.now
	return struct{}{}, nil
}

func forgetDevice(c *call) (any, error) {
	u, d, err := c.ownDevice()
	if err != nil {
		return nil, err
	}
	u.devices = slices.DeleteFunc(u.devices, func(other *device) bool { return other == d })
	return struct{}{}, nil
}

func getDevice(c *call) (any, error) {
	_, d, err := c.ownDevice()
	if err != nil {
		return nil, err
	}
	return map[string]any{"Device": d.describe()}, nil
}

func listDevices(c *call) (any, error) {
	u, err := c.owner()
	if err != nil {
		return nil, err
	}
	devices := []any{}
	for _, d := range u.devices {
		devices = append(devices, d.describe())
	}
	return map[string]any{"Devices": devices}, nil
}

func (d *device) describe() any {
	type attribute struct{ Name, Value string }
	attributes := []attribute{{"device_status", "valid"}}
	if d.name != "" {
		attributes = append(attributes, attribute{"device_name", d.name})
	}
	return map[string]any{
		"DeviceKey":                   d.key,
		"DeviceAttributes":            attributes,
		"DeviceCreateDate":            d.created.Unix(),
		"DeviceLastModifiedDate":      d.modified.Unix(),
		"DeviceLastAuthenticatedDate": d.authenticated.Unix(),
	}
}

var (
	deviceNotFound    = fail("ResourceNotFoundException", "Device does not exist.")                       // amazon-cognito-identity-js#200
	badDeviceKey      = invalidParameter("Invalid device key given.")                                     // aws-amplify/amplify-js#2087
	deviceExists      = fail("DeviceKeyExistsException", "Device already exists.")                        // unsure
	badDeviceVerifier = invalidParameter("Invalid salt or password verifier in the device configuration") // unsure
)
