package challenge

import (
	"context"

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
	if config.Transport == nil {
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
//   - [*Error]: the service refused, or no reply came. See its Reason.
//   - [*MalformedError]: a reply makes no sense.
func (c *Client) Start(ctx context.Context, flow Flow, optFns ...func(*CallOptions)) (Step, error) {
	if flow == nil {
		return nil, &InvalidError{Field: "flow", Problem: "is nil"}
	}
	t := &turn{config: &c.config, options: newCallOptions(optFns)}
	first, err := flow.begin(t)
	if err != nil {
		return nil, err
	}
	request := InitiateRequest{
		Flow:       first.flow,
		UserPoolID: c.config.UserPoolID,
		ClientID:   c.config.ClientID,
		Parameters: c.config.sign(first.values),
		Options:    t.options,
	}
	const operation = "InitiateAuth"
	if err := notSent(ctx, operation, ""); err != nil {
		return nil, err
	}
	reply, err := c.config.Transport.Initiate(ctx, request)
	if err != nil {
		return nil, refusal(operation, "", err, request.Parameters, request.Session)
	}
	return t.follow(ctx, reply, &Issued{Username: first.username})
}

// Respond answers a challenge and returns the next step that needs an answer,
// or the tokens.
//
// The errors are those of [Client.Start]. After an [*InvalidError], and after
// an [*Error] whose SessionUsable is Yes, correct the same challenge and call
// Respond with it again.
func (c *Client) Respond(ctx context.Context, challenge Challenge, optFns ...func(*CallOptions)) (Step, error) {
	t := &turn{config: &c.config, options: newCallOptions(optFns)}
	return t.answer(ctx, challenge)
}

// turn is one call of Start or Respond: the calls to Cognito inside it, and
// what the steps among them that need no person are answered with.
type turn struct {
	config  *Config
	options CallOptions

	// srp is set from the moment that its A was sent until PASSWORD_VERIFIER
	// is answered. It is good for one proof.
	srp      *srp.Client
	password Secret
}

// openSRP begins an SRP exchange and returns SRP_A.
func (t *turn) openSRP(password Secret) string {
	t.srp, t.password = srp.NewClient(), password
	return t.srp.A()
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
		next, err := t.automatic(step)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return step, nil
		}
		if reply, err = t.respond(ctx, next); err != nil {
			return nil, err
		}
		before = next.base()
	}
	return nil, &MalformedError{Key: "ChallengeName", Problem: "came again and again without a question for the user"}
}

// automatic returns the filled-in challenge if step needs no person, else nil.
func (t *turn) automatic(step Step) (Challenge, error) {
	if c, ok := step.(*PasswordVerifier); ok && t.srp != nil {
		client, password := t.srp, t.password
		t.srp, t.password = nil, Secret{}
		return c, c.Prove(client, t.config.UserPoolID, password, t.config.now())
	}
	return nil, nil
}

// answer sends a challenge that the caller filled in.
func (t *turn) answer(ctx context.Context, c Challenge) (Step, error) {
	if isNil(c) {
		return nil, &InvalidError{Field: "challenge", Problem: "is nil"}
	}
	if opener, ok := c.(srpOpener); ok {
		if password := opener.srpPassword(); !password.IsZero() {
			c = opener.withA(t.openSRP(password))
		}
	}
	reply, err := t.respond(ctx, c)
	if err != nil {
		return nil, err
	}
	return t.follow(ctx, reply, c.base())
}

// respond sends one answer.
func (t *turn) respond(ctx context.Context, c Challenge) (*Reply, error) {
	request, err := t.config.respond(c, t.options)
	if err != nil {
		return nil, err
	}
	const operation = "RespondToAuthChallenge"
	if err := notSent(ctx, operation, request.Challenge); err != nil {
		return nil, err
	}
	reply, err := t.config.Transport.Respond(ctx, request)
	if err != nil {
		return nil, refusal(operation, request.Challenge, err, request.Responses, request.Session)
	}
	return reply, nil
}
