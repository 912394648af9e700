package challenge

import (
	"errors"
	"reflect"
	"regexp"
	"time"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/secrethash"
)

// Config describes an app client of a user pool.
type Config struct {
	// UserPoolID is the pool's ID with its region, such as
	// "eu-west-1_AbCdEfGhI". Required, also for the public API: an SRP proof
	// is about it.
	UserPoolID string

	// ClientID is the app client's ID. Required.
	ClientID string

	// ClientSecret is the app client's secret. Leave it empty for an app
	// client that has none.
	ClientSecret Secret

	// Transport sends the calls: [Admin] or [Public]. [New] requires it, the
	// methods of Config do not use it.
	Transport Transport

	// Now is the clock that signs SRP proofs. If nil, time.Now. Several
	// goroutines call it.
	Now func() time.Time
}

// The patterns of the service model.
var (
	userPoolID = regexp.MustCompile(`^[\w-]+_[0-9a-zA-Z]+$`)
	clientID   = regexp.MustCompile(`^[\w+]+$`)
)

func (c *Config) check() error {
	_, err := c.form().done()
	return err
}

// form has what is wrong with the names of the pool and the app client.
func (c *Config) form() *form {
	f := newForm(InvalidError{})
	switch {
	case c.UserPoolID == "":
		f.fail("UserPoolID", "UserPoolId", "is required")
	case len(c.UserPoolID) > 55 || !userPoolID.MatchString(c.UserPoolID):
		f.fail("UserPoolID", "UserPoolId", `is no user pool ID like "eu-west-1_AbCdEfGhI"`)
	}
	switch {
	case c.ClientID == "":
		f.fail("ClientID", "ClientId", "is required")
	case len(c.ClientID) > 128 || !clientID.MatchString(c.ClientID):
		f.fail("ClientID", "ClientId", "is no app client ID")
	}
	return f
}

func (c *Config) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// sign adds SECRET_HASH over username: exactly the USERNAME that goes with it,
// where one does.
func (c *Config) sign(values map[string]string, username string) Params {
	if !c.ClientSecret.IsZero() {
		values["SECRET_HASH"] = secrethash.Compute(c.ClientSecret.Reveal(), username, c.ClientID)
	}
	return own(values)
}

// respond checks a filled-in challenge and makes its request.
func (c *Config) respond(ch Challenge, options CallOptions) (RespondRequest, error) {
	if isNil(ch) {
		return RespondRequest{}, &InvalidError{Field: "challenge", Problem: "is nil"}
	}
	base := ch.base()
	if base.ForgetDevice {
		options.Device = nil
	}
	if d := options.Device; d != nil && base.DeviceKey == "" {
		base.DeviceKey = d.DeviceKey
	}
	values, err := ch.ChallengeResponses()
	err = errors.Join(err, options.check(InvalidError{Challenge: ch.Name()}))
	if base.Session.IsZero() && !ch.sessionOptional() {
		err = errors.Join(err, &InvalidError{Challenge: ch.Name(), Field: "Session", Key: "Session", Problem: "is required"})
	}
	if err != nil {
		return RespondRequest{}, err
	}
	return RespondRequest{
		Challenge:  ch.Name(),
		UserPoolID: c.UserPoolID,
		ClientID:   c.ClientID,
		Responses:  c.sign(values, values["USERNAME"]),
		Session:    base.Session,
		Options:    options,
	}, nil
}

// isNil reports whether v, a Challenge or a Flow, is nil or a nil pointer.
func isNil(v any) bool {
	value := reflect.ValueOf(v)
	return !value.IsValid() || value.Kind() == reflect.Pointer && value.IsNil()
}

// RespondInput checks a filled-in challenge and returns the input for the SDK's
// RespondToAuthChallenge: with its ChallengeResponses, SECRET_HASH included,
// its Session, and what the options set. It makes no call. For those who do, a
// [Client] is not needed.
//
// The error joins one [*InvalidError] for each thing that is wrong, in c too.
// An [AdminNoSRPAuth] is refused, because the operation does not answer it.
// The input holds secrets in plain text; do not print it.
func (c Config) RespondInput(ch Challenge, optFns ...func(*CallOptions)) (*cip.RespondToAuthChallengeInput, error) {
	r, err := c.input(ch, optFns)
	if err != nil {
		return nil, err
	}
	return r.publicInput()
}

// AdminRespondInput is [Config.RespondInput] for AdminRespondToAuthChallenge.
func (c Config) AdminRespondInput(ch Challenge, optFns ...func(*CallOptions)) (*cip.AdminRespondToAuthChallengeInput, error) {
	r, err := c.input(ch, optFns)
	if err != nil {
		return nil, err
	}
	return r.adminInput(), nil
}

func (c *Config) input(ch Challenge, optFns []func(*CallOptions)) (RespondRequest, error) {
	r, err := c.respond(ch, newCallOptions(optFns))
	if err := errors.Join(c.check(), err); err != nil {
		return RespondRequest{}, err
	}
	return r, nil
}
