package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// person answers what the user of a terminal can answer.
type person struct {
	*terminal
	options *options
	sdk     userAPI
	devices *devices // nil: remember none
}

// userAPI are the SDK's operations by which users change what is theirs.
type userAPI interface {
	challenge.SoftwareTokenAPI
	challenge.ConfirmDeviceAPI
	UpdateDeviceStatus(context.Context, *cip.UpdateDeviceStatusInput, ...func(*cip.Options)) (*cip.UpdateDeviceStatusOutput, error)
}

// flow returns how the sign-in starts.
func (p *person) flow(ctx context.Context) (challenge.Flow, error) {
	name, password, prefer := p.options.username, p.options.password, p.options.prefer
	switch p.options.flow {
	case "custom":
		// Whether a password comes first is up to the pool's triggers, so a
		// user without one is not asked.
		return challenge.Custom{Username: name, Password: password}, nil
	case "choice":
		if !isPassword(prefer) {
			return challenge.Choice{Username: name, Preferred: prefer}, nil
		}
	}
	password, err := p.signInPassword(ctx)
	if err != nil {
		return nil, err
	}
	switch p.options.flow {
	case "choice":
		return challenge.Choice{Username: name, Preferred: prefer, Password: password}, nil
	case "password":
		return challenge.UserPassword{Username: name, Password: password}, nil
	default:
		return challenge.UserSRP{Username: name, Password: password}, nil
	}
}

func isPassword(name types.ChallengeNameType) bool {
	return name == types.ChallengeNameTypePassword || name == types.ChallengeNameTypePasswordSrp
}

// answer fills in a challenge, whichever it is. It is an [answerer].
func (p *person) answer(ctx context.Context, c challenge.Challenge, refused error) (err error) {
	if refused != nil {
		p.say("%s; try again", explain(refused, p.options))
	}
	switch c := c.(type) {
	// Second factors.
	case *challenge.SMSMFA:
		c.Code, err = p.code(ctx, sentBy(c.Delivery))
	case *challenge.SoftwareTokenMFA:
		c.Code, err = p.code(ctx, oneLine("Code of your authenticator app "+c.DeviceName))
	case *challenge.SelectMFAType:
		c.Answer, err = p.choose(ctx, "second factor", c.CanChoose)
	case *challenge.MFASetup:
		return p.setUp(ctx, c)

	// A second factor, or the first one of USER_AUTH.
	case *challenge.EmailOTP:
		c.Code, err = p.code(ctx, sentBy(c.Delivery))

	// First factors of USER_AUTH.
	case *challenge.SelectChallenge:
		return p.selectFactor(ctx, c)
	case *challenge.SMSOTP:
		c.Code, err = p.code(ctx, sentBy(c.Delivery))
	case *challenge.Password:
		c.Password, err = p.signInPassword(ctx)
	case *challenge.PasswordSRP:
		c.Password, err = p.signInPassword(ctx)
	case *challenge.WebAuthn:
		return errors.New("the pool wants a passkey, which takes a browser")

	// The account is not complete.
	case *challenge.NewPasswordRequired:
		return p.newPassword(ctx, c)

	// The pool's own.
	case *challenge.CustomChallenge:
		for _, key := range c.Parameters.Keys() {
			if key != "USERNAME" {
				p.say("%s: %s", key, oneLine(c.Parameters.Get(key)))
			}
		}
		c.Answer, err = p.code(ctx, "Answer")

	// A legacy of the admin API.
	case *challenge.AdminNoSRPAuth:
		c.Password, err = p.signInPassword(ctx)

	// These are no questions to a person.
	case *challenge.PasswordVerifier:
		return errors.New("the pool wants the end of a password proof that was not begun")
	case *challenge.DeviceSRPAuth, *challenge.DevicePasswordVerifier:
		return errors.New("the pool wants a proof from a remembered device, and none was given")

	case *challenge.Unknown:
		return fmt.Errorf("the pool asks %q, which this program does not know", c.ChallengeName)
	default: // a type that a later version of the library has
		return fmt.Errorf("the pool asks %s, which this program does not know", c.Name())
	}
	return err
}

// sentBy asks for a code that Cognito sent.
func sentBy(d challenge.Delivery) string {
	return oneLine(fmt.Sprintf("Code sent by %s to %s", d.Medium, d.Destination))
}

// code asks for something that may be seen while it is typed.
func (p *person) code(ctx context.Context, question string) (challenge.Secret, error) {
	text, err := p.line(ctx, question)
	return challenge.NewSecret(text), err
}

// signInPassword returns the password from the flags or the environment, or
// asks for it.
func (p *person) signInPassword(ctx context.Context) (challenge.Secret, error) {
	if !p.options.password.IsZero() {
		return p.options.password, nil
	}
	return p.hidden(ctx, "Password of "+p.options.username)
}

// choose has the user choose by name or by number. The library checks the name.
func (p *person) choose(ctx context.Context, what string, from []types.ChallengeNameType) (types.ChallengeNameType, error) {
	for i, name := range from {
		p.say("%d  %s", i+1, name)
	}
	text, err := p.line(ctx, "Choose a "+what)
	if n, bad := strconv.Atoi(text); bad == nil && 1 <= n && n <= len(from) {
		return from[n-1], err
	}
	return types.ChallengeNameType(strings.ToUpper(text)), err
}

// selectFactor answers a password factor in the same step; the others are
// asked for in the next.
func (p *person) selectFactor(ctx context.Context, c *challenge.SelectChallenge) (err error) {
	if c.Answer, err = p.choose(ctx, "way to sign in", c.CanChoose); err != nil {
		return err
	}
	c.Password = challenge.Secret{}
	if isPassword(c.Answer) {
		c.Password, err = p.signInPassword(ctx)
	}
	return err
}

// newPassword asks for a password of the user's own, and for what the pool has
// to know besides.
func (p *person) newPassword(ctx context.Context, c *challenge.NewPasswordRequired) (err error) {
	if c.NewPassword, err = p.hidden(ctx, "New password"); err != nil {
		return err
	}
	c.Attributes = make(map[string]string)
	for _, name := range c.RequiredAttributes {
		if c.Attributes[name], err = p.line(ctx, "Your "+name); err != nil {
			return err
		}
	}
	return nil
}

// setUp gives the user a second factor: an authenticator app, or an e-mail
// address to which codes are sent.
func (p *person) setUp(ctx context.Context, c *challenge.MFASetup) error {
	if c.Token.SecretCode.IsZero() { // else the user has it, and another code will do
		factor, err := p.chooseSetup(ctx, c.CanSetup)
		if err != nil {
			return err
		}
		if factor == types.ChallengeNameTypeEmailOtp {
			c.Email, err = p.line(ctx, "E-mail address for codes")
			return err
		}
		token, err := c.AssociateSoftwareToken(ctx, p.sdk)
		if err != nil {
			return err
		}
		if err := drawQR(p.out, token.URI("Cognito "+p.options.config.UserPoolID, p.options.username)); err != nil {
			return err
		}
		p.say("Scan this with your authenticator app, or type this key into it: %s", token.SecretCode.Reveal())
	}
	code, err := p.code(ctx, "Code that the app shows")
	if err != nil {
		return err
	}
	return c.VerifySoftwareToken(ctx, p.sdk, code, "")
}

// chooseSetup returns the factor to set up. Of those that Cognito lists, SMS
// can't be set up during a sign-in.
func (p *person) chooseSetup(ctx context.Context, from []types.ChallengeNameType) (types.ChallengeNameType, error) {
	var possible []types.ChallengeNameType
	for _, factor := range []types.ChallengeNameType{types.ChallengeNameTypeSoftwareTokenMfa, types.ChallengeNameTypeEmailOtp} {
		if slices.Contains(from, factor) {
			possible = append(possible, factor)
		}
	}
	switch len(possible) {
	case 0:
		return "", fmt.Errorf("the pool wants a second factor that can't be set up here: %v", from)
	case 1:
		return possible[0], nil
	default:
		return p.choose(ctx, "second factor to set up", possible)
	}
}
