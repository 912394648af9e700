package challenge

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
)

// Client runs sign-ins of one app client. It is immutable and safe for
// concurrent use; what a sign-in has to remember travels in its challenges.
type Client struct{ config Config }

// New returns a Client. The error joins one [*InvalidError] for each field of
// config that is wrong.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	if isNil(config.Transport) || config.Transport == Admin(nil) || config.Transport == Public(nil) {
		return nil, &InvalidError{Field: "Transport", Problem: "is required"}
	}
	return &Client{config}, nil
}

// Start starts a sign-in and returns its first step that needs an answer, or
// the tokens.
//
// The error is, or joins, one of these:
//
//   - [*InvalidError]: the flow is not filled in as it must be. Nothing was sent.
//   - [*Error]: the service refused, or no reply came, also because ctx ended.
//     See its Reason.
//   - [*MalformedError]: a reply makes no sense.
func (c *Client) Start(ctx context.Context, flow Flow, optFns ...func(*CallOptions)) (Step, error) {
	if isNil(flow) {
		return nil, &InvalidError{Field: "flow", Problem: "is nil"}
	}
	t := &turn{config: &c.config, options: newCallOptions(optFns)}
	first, err := flow.begin(t)
	before := Issued{Username: first.username}
	if err := errors.Join(err, t.options.check(InvalidError{Flow: first.flow})); err != nil {
		return nil, err
	}
	if d := t.options.Device; d != nil {
		before.DeviceKey = d.DeviceKey
		first.values["DEVICE_KEY"] = d.DeviceKey
	}
	t.refresh = first.refresh
	request := InitiateRequest{
		Flow:       first.flow,
		UserPoolID: c.config.UserPoolID,
		ClientID:   c.config.ClientID,
		Parameters: c.config.sign(first.values, first.hashed),
		Session:    first.session,
		Options:    t.options,
	}
	made := call{operation: initiateAuth, params: request.Parameters, session: request.Session, unknown: first.unknown}
	reply, err := t.send(ctx, made, &before,
		func(params Params) (*Reply, error) {
			request.Parameters = params
			return c.config.Transport.Initiate(ctx, request)
		})
	if err != nil {
		return nil, err
	}
	return t.follow(ctx, reply, &before)
}

// initiateAuth is the operation that starts a sign-in.
const initiateAuth = "InitiateAuth"

// Respond answers a challenge and returns the next step that needs an answer,
// or the tokens.
//
// The errors are those of [Client.Start]. When [AskAgain] says so, correct the
// same challenge and call Respond with it again.
func (c *Client) Respond(ctx context.Context, challenge Challenge, optFns ...func(*CallOptions)) (Step, error) {
	if isNil(challenge) {
		return nil, &InvalidError{Field: "challenge", Problem: "is nil"}
	}
	t := &turn{config: &c.config, options: newCallOptions(optFns)}
	if opener, ok := challenge.(srpOpener); ok {
		if password := opener.srpPassword(); !password.IsZero() {
			challenge = opener.withA(t.openSRP(password))
		}
	}
	reply, before, err := t.respond(ctx, challenge)
	if err != nil {
		return nil, err
	}
	return t.follow(ctx, reply, before)
}

// srpOpener is a challenge whose answer can begin an SRP exchange.
type srpOpener interface {
	Challenge

	// srpPassword returns the password to be proven, or an empty Secret if
	// this answer begins no exchange or already holds its SRP_A.
	srpPassword() Secret

	// withA returns a copy that holds SRP_A.
	withA(a string) Challenge
}

// turn is one call of Start or Respond: the calls to Cognito inside it, and
// what the steps among them that need no person are answered with.
type turn struct {
	config  *Config
	options CallOptions

	// srp is set from the moment that its A was sent until PASSWORD_VERIFIER
	// is answered. It is good for one proof. So is device, for
	// DEVICE_PASSWORD_VERIFIER.
	srp, device *srp.Client
	password    Secret

	refresh Secret // what Refresh began with
}

// openSRP begins an SRP exchange and returns SRP_A.
func (t *turn) openSRP(password Secret) string {
	t.srp, t.password = srp.NewClient(), password
	return t.srp.A()
}

// maxFollow is the most challenges that are answered inside one call. Cognito
// issues no more than one PASSWORD_VERIFIER and two device challenges in a row.
const maxFollow = 8

// follow reads reply, and answers as long as no person is needed.
func (t *turn) follow(ctx context.Context, reply *Reply, before *Issued) (Step, error) {
	for range maxFollow {
		step, err := read(reply, before)
		if err != nil {
			return nil, err
		}
		if tokens, ok := step.(*Tokens); ok {
			tokens.keep(t.refresh)
			return tokens, nil
		}
		next, err := t.automatic(step)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return step, nil
		}
		if reply, before, err = t.respond(ctx, next); err != nil {
			return nil, err
		}
	}
	return nil, &MalformedError{Key: "ChallengeName", Problem: "came again and again without a question for the user"}
}

// automatic returns the filled-in challenge if step needs no person, else nil.
func (t *turn) automatic(step Step) (Challenge, error) {
	switch c := step.(type) {
	case *PasswordVerifier:
		if t.srp == nil {
			return nil, nil
		}
		client, password := t.srp, t.password
		t.srp, t.password = nil, Secret{}
		return c, c.Prove(client, t.config.UserPoolID, password, t.config.now())

	case *DeviceSRPAuth:
		if d := t.options.Device; d == nil || c.ForgetDevice || c.DeviceKey != d.DeviceKey {
			return nil, nil
		}
		// An ephemeral of its own: one used twice would tie the two proofs
		// together.
		t.device = srp.NewClient()
		c.A = t.device.A()
		return c, nil

	case *DevicePasswordVerifier:
		if t.device == nil || c.DeviceKey != t.options.Device.DeviceKey {
			return nil, nil
		}
		client := t.device
		t.device = nil
		return c, c.Prove(client, *t.options.Device, t.config.now())

	default: // a question for the user
		return nil, nil
	}
}

// respond sends one answer. It returns what the next step is to know of this
// one.
func (t *turn) respond(ctx context.Context, c Challenge) (*Reply, *Issued, error) {
	request, err := t.config.respond(c, t.options)
	if err != nil {
		return nil, nil, err
	}
	before := *c.base()
	made := call{operation: "RespondToAuthChallenge", challenge: request.Challenge, params: request.Responses, session: request.Session}
	reply, err := t.send(ctx, made, &before,
		func(params Params) (*Reply, error) {
			request.Responses = params
			return t.config.Transport.Respond(ctx, request)
		})
	return reply, &before, err
}

// send makes a call and wraps its error. When Cognito has forgotten the
// device, it makes the call once more without DEVICE_KEY, as AWS's own clients
// do (https://github.com/amazon-archives/amazon-cognito-identity-js/issues/200):
// the session is still good, and so is the proof, which is not about the
// device.
func (t *turn) send(ctx context.Context, c call, before *Issued, do func(Params) (*Reply, error)) (*Reply, error) {
	if err := c.notSent(ctx); err != nil {
		return nil, err
	}
	reply, err := do(c.params)
	if err == nil {
		return reply, nil
	}
	err = c.refusal(err)
	if !deviceForgotten(err) || !c.params.Has("DEVICE_KEY") || aboutDevice(c.challenge) {
		return nil, err
	}
	before.DeviceKey, before.ForgetDevice = "", true
	c.params = c.params.without("DEVICE_KEY")
	return t.send(ctx, c, before, do)
}

// aboutDevice reports whether a challenge can't be answered without a device.
func aboutDevice(name types.ChallengeNameType) bool {
	return name == types.ChallengeNameTypeDeviceSrpAuth || name == types.ChallengeNameTypeDevicePasswordVerifier
}
